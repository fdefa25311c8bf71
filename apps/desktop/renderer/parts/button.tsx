import { Tooltip } from '@base-ui/react/tooltip';
import type { ComponentPropsWithRef, ReactNode } from 'react';
import { ariaKeys, type CommandName, shownKeys } from '../keyboard/keymap.ts';
import css from './button.module.css';

type ButtonProps = Omit<ComponentPropsWithRef<'button'>, 'className' | 'type'> & {
  readonly look?: 'primary' | 'plain' | 'quiet' | 'person';
  readonly command?: CommandName;
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
  readonly command?: CommandName;
  readonly children: ReactNode;
};

/** A sign with a name: read aloud, and shown with its key when the pointer or the focus rests on it. */
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

export function Keys({ command }: { readonly command: CommandName }) {
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
