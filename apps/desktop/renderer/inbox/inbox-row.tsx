import { memo } from 'react';
import type { Row } from '../../contract/views.ts';
import { useDesk, useHandoffsList, useInbox, useSpeech, useView } from '../desk-context.tsx';
import { contactName, whoIs } from '../display/contact-name.ts';
import { Avatar } from '../parts/avatar.tsx';
import { HandoffButtons } from '../parts/handoff-buttons.tsx';
import { text } from '../text/spoken.ts';
import { Holder } from './holder.tsx';
import css from './inbox-row.module.css';
import { AboutLine, Corner } from './row-times.tsx';
import { SnippetLine } from './snippet-line.tsx';
import { useListItemTarget } from './use-list-item-target.ts';

type InboxRowProps = {
  readonly id: string;
  readonly top: number;
  readonly position: number;
  /** Whether Tab stops here. */
  readonly isStop: boolean;
  /** In the handoffs list a row says who is on it and has its buttons. */
  readonly isHandoff: boolean;
};

/** One conversation, 72 px high: who, how long, what, about what, and why it is here. */
export const InboxRow = memo(function InboxRow({ id, top, position, isStop, isHandoff }: InboxRowProps) {
  useSpeech();
  const inInbox = useInbox((state) => state.rows.get(id));
  const inHandoffs = useHandoffsList((state) => state.rows.get(id));
  const row = isHandoff ? inHandoffs : inInbox;
  const isCursor = useView((state) => state.cursorId === id);
  const isOpen = useView((state) => state.openId === id);
  const { open, view } = useDesk();
  const target = useListItemTarget(`row ${id}`, isStop);
  if (row === undefined) return null;
  const name = contactName(whoIs(row));
  return (
    <div
      role="row"
      ref={target}
      data-testid={`row-${id}`}
      aria-rowindex={position}
      aria-selected={isOpen}
      tabIndex={isStop ? 0 : -1}
      className={`${css.row} ${isOpen ? css.open : isCursor ? css.cursor : ''} ${row.unread ? css.unread : ''}`}
      style={{ transform: `translateY(${top}px)` }}
      onClick={() => void open(id)}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' || event.target !== event.currentTarget) return;
        event.preventDefault();
        void open(id);
      }}
      onFocus={() => view.getState().setCursor(id)}
    >
      <div role="gridcell" className={css.cell}>
        {row.unread ? <span className={css.dot} role="img" aria-label={text.inbox.unread} /> : null}
        <Avatar name={name} channel={row.channel} />
        <div className={css.lines}>
          <div className={css.line}>
            <span className={css.name} dir="auto">
              {name}
            </span>
            <Corner row={row} />
          </div>
          <div className={css.line}>
            <SnippetLine row={row} />
            {isHandoff ? null : <Holder row={row} />}
          </div>
          <div className={css.line}>
            {isHandoff ? <HandoffLine row={row} isStop={isStop} /> : <AboutLine row={row} />}
          </div>
        </div>
      </div>
    </div>
  );
});

function HandoffLine({ row, isStop }: { readonly row: Row; readonly isStop: boolean }) {
  if (row.handoff === null) return null;
  return (
    <>
      <span className={css.reason}>{text.handoffReason[row.handoff.reason]}</span>
      <Holder row={row} />
      <HandoffButtons row={row} tabIndex={isStop ? 0 : -1} />
    </>
  );
}
