import { useRef } from 'react';
import { useView } from '../desk-context.tsx';
import { DialogPopup } from '../parts/dialog-popup.tsx';
import { text } from '../text/spoken.ts';
import css from './search-dialog.module.css';
import { SearchPanel } from './search-panel.tsx';

/** Search and palette: one field for people, messages and commands. */
export function SearchDialog() {
  const dialog = useView((state) => state.dialog);
  const isOpen = dialog === 'search' || dialog === 'palette';
  const field = useRef<HTMLInputElement>(null);
  // The last search is still there: it can be read again, and typing replaces it.
  const focusField = () => {
    field.current?.select();
    return field.current;
  };
  return (
    <DialogPopup
      isOpen={isOpen}
      initialFocus={focusField}
      className={css.popup}
      aria-label={text.search.title}
      data-testid="search-dialog"
    >
      <SearchPanel field={field} withCommands={dialog === 'palette'} />
    </DialogPopup>
  );
}
