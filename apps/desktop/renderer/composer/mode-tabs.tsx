import type { DraftTab, Row } from '../../contract/views.ts';
import { useDesk } from '../desk-context.tsx';
import { composerModes } from '../display/composer-state.ts';
import { text } from '../text/spoken.ts';
import css from './composer.module.css';

/** What kind of message is written: to the buyer, as the one private reply to a comment, or to the team. */
export function ModeTabs({ row, mode }: { readonly row: Row; readonly mode: DraftTab }) {
  const { compose } = useDesk();
  return (
    <fieldset className={css.tabs} aria-label={text.composer.label}>
      {composerModes(row).map((option) => (
        <button
          key={option}
          type="button"
          className={css.tab}
          aria-pressed={option === mode}
          data-testid={`mode-${option}`}
          onClick={() => compose.getState().setMode(option)}
        >
          {text.composer.mode[option]}
        </button>
      ))}
    </fieldset>
  );
}
