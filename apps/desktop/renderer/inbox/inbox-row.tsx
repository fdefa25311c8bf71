import { claimHolder } from '@transom/shared';
import { CornerUpLeft, Image, MessageCircle, MessageSquare, StickyNote, TriangleAlert } from 'lucide-react';
import { memo } from 'react';
import { useShallow } from 'zustand/react/shallow';
import type { Row } from '../../contract/views.ts';
import { contactName, initials, whoIs } from '../desk/contact-name.ts';
import { rowReason } from '../desk/due-reason.ts';
import { useClock, useDesk, useInbox, useSession, useView, useWatched } from '../desk-context.tsx';
import { Avatar } from '../parts/avatar.tsx';
import { Countdown } from '../parts/countdown.tsx';
import { HandoffButtons } from '../parts/handoff-buttons.tsx';
import { TopicChips } from '../parts/topic-chip.tsx';
import { text } from '../text/en.ts';
import css from './inbox-row.module.css';

type InboxRowProps = {
  readonly id: string;
  readonly top: number;
  readonly position: number;
  /** In the filter of handoffs a row says who is on it and carries its buttons. */
  readonly isHandoff: boolean;
};

/** One conversation, 72 px high: who, how long, what, about what, and why it stands here. */
export const InboxRow = memo(function InboxRow({ id, top, position, isHandoff }: InboxRowProps) {
  const row = useInbox((state) => state.rows.get(id));
  const isCursor = useView((state) => state.cursorId === id);
  const isOpen = useView((state) => state.openId === id);
  const { open, view } = useDesk();
  if (row === undefined) return null;
  const name = contactName(whoIs(row));
  return (
    <div
      role="row"
      id={`row-${id}`}
      data-testid={`row-${id}`}
      aria-rowindex={position}
      aria-selected={isOpen}
      tabIndex={isCursor ? 0 : -1}
      className={`${css.row} ${isOpen ? css.open : ''} ${row.unread ? css.unread : ''}`}
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
            <Countdown row={row} />
          </div>
          <div className={css.line}>
            <Snippet row={row} />
            <Holder row={row} />
          </div>
          <div className={css.line}>{isHandoff ? <HandoffLine row={row} /> : <AboutLine row={row} />}</div>
        </div>
      </div>
    </div>
  );
});

function Snippet({ row }: { readonly row: Row }) {
  const last = row.lastMessage;
  const label = last?.direction === 'note' ? text.inbox.kind.note : text.inbox.kind[row.source.kind];
  const words = last === null ? text.inbox.noText.text : last.preview || text.inbox.noText[last.kind];
  const hasFailed = last?.state === 'failed' || last?.state === 'unconfirmed';
  return (
    <span className={css.snippet}>
      <span className={hasFailed ? css.failed : css.glyph} title={label}>
        <SnippetSign row={row} />
        <span className={css.heard}>{label}</span>
      </span>
      <span className={css.words} dir="auto">
        {last?.direction === 'outbound' ? <span className={css.you}>{text.inbox.you} </span> : null}
        {words}
      </span>
    </span>
  );
}

function SnippetSign({ row }: { readonly row: Row }) {
  const last = row.lastMessage;
  if (last?.state === 'failed' || last?.state === 'unconfirmed') return <TriangleAlert size={13} aria-hidden="true" />;
  if (last?.direction === 'note') return <StickyNote size={13} aria-hidden="true" />;
  if (last?.direction === 'outbound') return <CornerUpLeft size={13} aria-hidden="true" />;
  if (last?.kind === 'comment') return <MessageSquare size={13} aria-hidden="true" />;
  if (last?.kind === 'story_mention' || last?.kind === 'story_reply' || last?.kind === 'attachment')
    return <Image size={13} aria-hidden="true" />;
  return <MessageCircle size={13} aria-hidden="true" />;
}

/** Who is answering this now, as initials; disappears when the claim runs out. */
function Holder({ row }: { readonly row: Row }) {
  const holder = useClock((state) => claimHolder(row.handoff, state.now ?? 0)?.name ?? null);
  if (holder === null) return null;
  return (
    <span className={css.holder} role="img" aria-label={text.inbox.held(holder)} title={text.inbox.held(holder)}>
      {initials(holder)}
    </span>
  );
}

function AboutLine({ row }: { readonly row: Row }) {
  const isHumanAgent = useSession((state) => state.accountOf(row.accountId)?.humanAgentApproved ?? false);
  const due = useClock(useShallow((state) => rowReason(row, state.now, isHumanAgent)));
  useWatched(due.isOverdue ? null : due.at);
  return (
    <>
      <TopicChips topics={row.lead?.topics ?? []} limit={2} />
      <span className={due.isOverdue ? css.overdue : css.due}>{due.text}</span>
    </>
  );
}

function HandoffLine({ row }: { readonly row: Row }) {
  if (row.handoff === null) return null;
  return (
    <>
      <span className={css.reason}>{text.handoffReason[row.handoff.reason]}</span>
      <HandoffButtons row={row} />
    </>
  );
}
