import type { Row } from '../../contract/views.ts';
import { momentAt } from '../display/when.ts';
import { HandoffButtons, HandoffFact } from '../parts/handoff-buttons.tsx';
import { LaterButton } from '../parts/later-button.tsx';
import { text } from '../text/spoken.ts';
import css from './context-panel.module.css';
import { Part } from './part.tsx';
import { useMinute } from './use-minute.ts';

/** Who has it, and what this person may do about that. */
export function HandoffPart({ row }: { readonly row: Row }) {
  const now = useMinute();
  return (
    <Part title={text.context.handoff}>
      {row.handoff === null ? null : (
        <p>
          {text.handoffReason[row.handoff.reason]}{' '}
          <span className={css.small}>{text.handoffs.opened(momentAt(row.handoff.openedAt, now))}</span>
        </p>
      )}
      <p className={css.quiet}>
        <HandoffFact row={row} />
      </p>
      <span className={css.actions}>
        <HandoffButtons row={row} withResolve enters="details" />
        <LaterButton row={row} />
      </span>
    </Part>
  );
}
