import { claimHolder, rulesFor } from '@transom/shared';
import {
  Clock,
  CornerUpLeft,
  Image,
  MessageCircle,
  MessageSquare,
  SmilePlus,
  StickyNote,
  TriangleAlert,
} from 'lucide-react';
import { memo } from 'react';
import { useShallow } from 'zustand/react/shallow';
import type { Row } from '../../contract/views.ts';
import { contactName, initials, whoIs } from '../desk/contact-name.ts';
import { rowTimes } from '../desk/due-reason.ts';
import { snippetOf } from '../desk/row-snippet.ts';
import {
  useClock,
  useDesk,
  useHandoffsList,
  useInbox,
  useOutbox,
  useSession,
  useView,
  useWatched,
} from '../desk-context.tsx';
import { Avatar } from '../parts/avatar.tsx';
import { Countdown, TimeInCorner, useIsConfirmed } from '../parts/countdown.tsx';
import { HandoffButtons } from '../parts/handoff-buttons.tsx';
import { TopicChips } from '../parts/topic-chip.tsx';
import { text } from '../text/en.ts';
import css from './inbox-row.module.css';

type InboxRowProps = {
  readonly id: string;
  readonly top: number;
  readonly position: number;
  /** Whether Tab stops here. */
  readonly isStop: boolean;
  /** In the filter of handoffs a row says who is on it and carries its buttons. */
  readonly isHandoff: boolean;
};

/** One conversation, 72 px high: who, how long, what, about what, and why it stands here. */
export const InboxRow = memo(function InboxRow({ id, top, position, isStop, isHandoff }: InboxRowProps) {
  const inInbox = useInbox((state) => state.rows.get(id));
  const inHandoffs = useHandoffsList((state) => state.rows.get(id));
  const row = isHandoff ? inHandoffs : inInbox;
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

const signs = {
  queued: Clock,
  failed: TriangleAlert,
  reaction: SmilePlus,
  note: StickyNote,
  ours: CornerUpLeft,
  comment: MessageSquare,
  picture: Image,
  message: MessageCircle,
} as const;

function SnippetLine({ row }: { readonly row: Row }) {
  const waiting = useOutbox((state) => state.byConversation.get(row.id));
  const isLive = useSession((state) => state.session?.connection.relay === 'live');
  const meId = useSession((state) => state.session?.person?.id ?? null);
  const { sign, label, lead, words } = snippetOf(row, waiting, { isLive, meId });
  const Sign = signs[sign];
  const look = sign === 'failed' ? css.failed : sign === 'queued' ? css.queued : null;
  return (
    <span className={css.snippet}>
      <span className={look ?? css.glyph} title={label}>
        <Sign size={13} aria-hidden="true" />
        {label === lead ? null : <span className="heard">{label}</span>}
      </span>
      <span className={css.words} dir="auto">
        {lead === null ? null : <span className={look ?? css.you}>{lead} </span>}
        {words}
      </span>
    </span>
  );
}

/** Who is answering this now, as initials; disappears when the claim runs out. */
function Holder({ row }: { readonly row: Row }) {
  const holder = useClock(useShallow((state) => claimHolder(row.handoff, state.now ?? 0)));
  const isMine = useSession((state) => holder !== null && state.session?.person?.id === holder.id);
  if (holder === null) return null;
  const words = isMine ? text.inbox.claimedByYou : text.inbox.claimedBy(holder.name);
  return (
    <span className={isMine ? css.mine : css.holder} role="img" aria-label={words} title={words}>
      {isMine ? text.inbox.youShort : initials(holder.name)}
    </span>
  );
}

function useRowTimes(row: Row) {
  const isConfirmed = useIsConfirmed();
  const account = useSession((state) => state.accountOf(row.accountId));
  const times = useClock(
    useShallow((state) => {
      const { corner, below, at } = rowTimes(row, state.now, rulesFor(row, account), isConfirmed);
      return { short: corner?.short ?? null, long: corner?.long ?? '', urgency: corner?.urgency ?? 'calm', below, at };
    }),
  );
  useWatched(times.at);
  return times;
}

/** The time by which the lane is ordered. */
function Corner({ row }: { readonly row: Row }) {
  const { short, long, urgency } = useRowTimes(row);
  if (short === null) return <Countdown row={row} />;
  return <TimeInCorner row={row} short={short} long={long} urgency={urgency} />;
}

function AboutLine({ row }: { readonly row: Row }) {
  const { below } = useRowTimes(row);
  return (
    <>
      <TopicChips topics={row.lead?.topics ?? []} limit={2} />
      <span className={css.due}>{below}</span>
    </>
  );
}

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
