import { Tooltip } from '@base-ui/react/tooltip';
import type { ComponentPropsWithRef, ReactNode } from 'react';
import { type CommandId, labelOf, runCommand } from '../commands/commands.ts';
import { ariaKeys, shownKeys } from '../commands/key-names.ts';
import { useDesk } from '../desk-context.tsx';
import css from './button.module.css';

type ButtonProps = Omit<ComponentPropsWithRef<'button'>, 'className' | 'type'> & {
  readonly look?: 'primary' | 'plain' | 'quiet' | 'person';
  readonly command?: CommandId;
  readonly submits?: boolean;
};

export function Button({ look = 'plain', command, submits = false, ...rest }: ButtonProps) {
  return (
    <button
      {...rest}
      type={submits ? 'submit' : 'button'}
      className={`${css.button} ${css[look]}`}
      aria-keyshortcuts={command === undefined ? undefined : ariaKeys(command)}
    />
  );
}

type IconButtonProps = Omit<ComponentPropsWithRef<'button'>, 'className' | 'type' | 'aria-label'> & {
  readonly label: string;
  readonly command?: CommandId;
  readonly children: ReactNode;
};

/** An icon with a label, which is read aloud, and shown with its key when the pointer or the focus is on it. */
export function IconButton({ label, command, children, ...rest }: IconButtonProps) {
  return (
    <Tooltip.Root>
      <Tooltip.Trigger
        {...rest}
        className={css.icon}
        aria-label={label}
        aria-keyshortcuts={command === undefined ? undefined : ariaKeys(command)}
      >
        {children}
      </Tooltip.Trigger>
      <Tooltip.Portal>
        <Tooltip.Positioner sideOffset={6} className={css.positioner}>
          <Tooltip.Popup className={css.tooltip}>
            {label}
            {command === undefined ? null : <Keys command={command} />}
          </Tooltip.Popup>
        </Tooltip.Positioner>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}

type CommandButtonProps = Pick<ComponentPropsWithRef<'button'>, 'ref' | 'aria-pressed'> & {
  readonly command: CommandId;
  /** When it says more than the command's own name. */
  readonly label?: string;
  readonly children: ReactNode;
};

/** An icon that runs a command, as its key and the palette do. */
export function CommandButton({ command, label = labelOf(command), ...rest }: CommandButtonProps) {
  const desk = useDesk();
  return <IconButton {...rest} label={label} command={command} onClick={() => runCommand(desk, command)} />;
}

export function Keys({ command }: { readonly command: CommandId }) {
  return (
    <span className={css.keys} aria-hidden="true">
      {shownKeys(command).map((keys) => (
        <kbd key={keys} className={css.key}>
          {keys}
        </kbd>
      ))}
    </span>
  );
}
