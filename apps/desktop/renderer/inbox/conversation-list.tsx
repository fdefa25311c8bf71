import { defaultRangeExtractor, type Range, useVirtualizer } from '@tanstack/react-virtual';
import { lanes } from '@transom/shared';
import { useCallback, useMemo, useRef } from 'react';
import { useDesk, useHandoffsList, useInbox, useSession, useView } from '../desk-context.tsx';
import type { InboxListState } from '../stores/inbox-list.ts';
import { text } from '../text/en.ts';
import css from './conversation-list.module.css';
import { InboxRow } from './inbox-row.tsx';
import { handoffItems, inboxItems, itemHeight, type ListItem } from './list-items.ts';
import { LaneHeader, Line, LoadMore } from './list-lines.tsx';
import { ListSkeleton } from './list-skeleton.tsx';
import { useFollowedFocus } from './use-followed-focus.ts';
import { useListHold } from './use-list-hold.ts';

export function ConversationList() {
  const place = useView((state) => state.place);
  return (
    <>
      {/* The name of the page outlives the list, which narrow screens hide while a thread is open. */}
      <header className="heard">
        <h1>{text[place].title}</h1>
      </header>
      {place === 'inbox' ? <InboxPane /> : <HandoffsPane />}
    </>
  );
}

function InboxPane() {
  const isLoading = useInbox((state) => state.phase === 'loading');
  const table = useInbox((state) => state.lanes);
  const counts = useInbox((state) => state.counts);
  const total = useInbox(totalCount);
  const items = useMemo(() => inboxItems(table, counts), [table, counts]);
  return (
    <section className={css.pane} aria-label={text.inbox.label}>
      <ListHeader title={text.inbox.title} total={total === null ? '' : text.inbox.total(total)} />
      {isLoading ? (
        <ListSkeleton label={text.inbox.loading} />
      ) : total === 0 ? (
        <EmptyInbox />
      ) : (
        <Items items={items} label={text.inbox.label} isHandoffs={false} />
      )}
    </section>
  );
}

function HandoffsPane() {
  const { phase, ids, hasMore } = useHandoffsList((state) => state);
  const count = useInbox((state) => state.handoffs);
  const items = useMemo(() => handoffItems(ids, hasMore), [ids, hasMore]);
  return (
    <section className={css.pane} aria-label={text.handoffs.label}>
      <ListHeader title={text.handoffs.title} total={text.handoffs.count(count)} />
      {phase === 'loading' ? (
        <ListSkeleton label={text.handoffs.loading} />
      ) : ids.length === 0 ? (
        <p className={css.nothing}>{text.handoffs.empty}</p>
      ) : (
        <Items items={items} label={text.handoffs.label} isHandoffs />
      )}
    </section>
  );
}

/** The lanes add up to the total, so that nothing can hide. */
function totalCount({ counts }: InboxListState): number | null {
  return counts === null ? null : lanes.reduce((sum, lane) => sum + counts[lane], 0);
}

function ListHeader({ title, total }: { readonly title: string; readonly total: string }) {
  return (
    <header className={css.header}>
      <p className={css.title} aria-hidden="true">
        {title}
      </p>
      <WaitingPill />
      <span className={css.total} data-testid="list-total">
        {total}
      </span>
    </header>
  );
}

/** What came, and what would change its place, while the order is held. */
function WaitingPill() {
  const { inbox } = useDesk();
  const isInbox = useView((state) => state.place === 'inbox');
  const total = useInbox((state) => state.waiting.size);
  const fresh = useInbox(({ waiting }) => [...waiting.values()].filter((kind) => kind === 'new').length);
  if (total === 0 || !isInbox) return null;
  return (
    <button
      type="button"
      className={css.pill}
      data-testid="waiting-pill"
      aria-label={text.inbox.waitingLabel(fresh, total - fresh)}
      onClick={() => inbox.getState().settle()}
    >
      {text.inbox.waiting(fresh, total - fresh)}
    </button>
  );
}

type ItemsProps = { readonly items: readonly ListItem[]; readonly label: string; readonly isHandoffs: boolean };

function Items({ items, label, isHandoffs }: ItemsProps) {
  const { inbox } = useDesk();
  const scroller = useRef<HTMLDivElement>(null);
  const hold = useListHold();
  const cursorId = useView((state) => state.cursorId);
  const focusedLane = useView((state) => state.focusedLane);
  const cursor = items.findIndex((item) => item.kind === 'row' && item.id === cursorId);
  const lane = items.findIndex((item) => item.kind === 'header' && item.lane === focusedLane);
  const stop = tabStop(items, cursor, lane);
  const virtualizer = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: useCallback((index: number) => itemHeight[items[index]?.kind ?? 'row'], [items]),
    getItemKey: useCallback((index: number) => items[index]?.key ?? index, [items]),
    // What the keyboard stands on is always drawn, or the focus would be lost by scrolling.
    rangeExtractor: useCallback(
      (range: Range) =>
        [...new Set([...defaultRangeExtractor(range), ...[stop, cursor].filter((index) => index >= 0)])].sort(
          (a, b) => a - b,
        ),
      [stop, cursor],
    ),
    overscan: 6,
  });
  const drawn = virtualizer.getVirtualItems();
  useFollowedFocus(cursor, cursorId === null ? null : `row-${cursorId}`, virtualizer.scrollToIndex);
  useFollowedFocus(lane, focusedLane === null ? null : `lane-${focusedLane}`, virtualizer.scrollToIndex);

  return (
    <div
      ref={scroller}
      className={css.scroller}
      role="grid"
      tabIndex={-1}
      aria-label={label}
      aria-rowcount={items.length}
      data-testid="conversation-list"
      onPointerMove={hold.moved}
      onKeyDown={hold.pressed}
      onScroll={(event) => {
        if (event.currentTarget.scrollTop === 0) inbox.getState().forgetTail();
      }}
    >
      <div role="presentation" className={css.sizer} style={{ height: virtualizer.getTotalSize() }}>
        {drawn.map(({ index, start, key }) => {
          const item = items[index];
          if (item === undefined) return null;
          const place = { top: start, position: index + 1 };
          const isStop = index === stop;
          if (item.kind === 'row')
            return <InboxRow key={key} id={item.id} {...place} isStop={isStop} isHandoff={isHandoffs} />;
          if (item.kind === 'header') return <LaneHeader key={key} lane={item.lane} {...place} isStop={isStop} />;
          if (item.kind === 'more') return <LoadMore key={key} lane={item.lane} {...place} />;
          return (
            <Line key={key} {...place}>
              {text.inbox.laneEmpty[item.lane]}
            </Line>
          );
        })}
      </div>
    </div>
  );
}

/** The one item that Tab reaches: where the keyboard stands, else the first conversation, else the first lane. */
function tabStop(items: readonly ListItem[], cursor: number, lane: number): number {
  if (lane >= 0) return lane;
  if (cursor >= 0) return cursor;
  const first = items.findIndex((item) => item.kind === 'row');
  return first >= 0 ? first : 0;
}

function EmptyInbox() {
  const hasAccounts = useSession((state) => (state.session?.accounts.length ?? 0) > 0);
  return (
    <p className={css.nothing} data-testid="inbox-empty">
      {hasAccounts ? text.inbox.empty : text.inbox.emptyNoAccount}
    </p>
  );
}
