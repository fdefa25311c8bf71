import { Dialog } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import { useRef } from 'react';
import type { CommandGroup } from '../commands/command.ts';
import { commandIds, commands, labelOf } from '../commands/commands.ts';
import { useDesk, useView } from '../desk-context.tsx';
import { IconButton, Keys } from '../parts/button.tsx';
import { DialogPopup } from '../parts/dialog-popup.tsx';
import { text } from '../text/spoken.ts';
import css from './keys-dialog.module.css';

const groups: readonly CommandGroup[] = ['list', 'conversation', 'everywhere'];

export function KeysDialog() {
  const { view } = useDesk();
  const isOpen = useView((state) => state.dialog === 'keys');
  const popup = useRef<HTMLDivElement>(null);
  return (
    <DialogPopup isOpen={isOpen} ref={popup} initialFocus={popup} className={css.popup} data-testid="keys-dialog">
      <header className={css.header}>
        <Dialog.Title className={css.title}>{text.keys.title}</Dialog.Title>
        <IconButton label={text.close} onClick={() => view.getState().setDialog(null)}>
          <X size={18} aria-hidden="true" />
        </IconButton>
      </header>
      <Dialog.Description className={css.hint}>{text.keys.hint}</Dialog.Description>
      <div className={css.groups}>
        {groups.map((group) => (
          <section key={group}>
            <h2 className={css.group}>{text.keyGroup[group]}</h2>
            <ul>
              {commandIds
                .filter((id) => commands[id].group === group)
                .map((id) => (
                  <li key={id} className={css.row}>
                    <span>{labelOf(id)}</span>
                    <Keys command={id} />
                  </li>
                ))}
            </ul>
          </section>
        ))}
      </div>
    </DialogPopup>
  );
}
