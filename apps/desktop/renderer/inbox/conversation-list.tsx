import { defaultRangeExtractor, type Range, useVirtualizer } from '@tanstack/react-virtual';
import { type Lane, lanes } from '@transom/shared';
import { ChevronDown, ChevronRight } from 'lucide-react';
import { type PointerEvent, useCallback, useEffect, useEffectEvent, useMemo, useRef, useState } from 'react';
import { useDesk, useHandoffsList, useInbox, useSession, useView } from '../desk-context.tsx';
import { isInList } from '../keyboard/panes.ts';
import type { InboxListState } from '../stores/inbox-list.ts';
import { text } from '../text/en.ts';
import css from './conversation-list.module.css';
import { InboxRow } from './inbox-row.tsx';
import { handoffItems, inboxItems, itemHeight, type ListItem } from './list-items.ts';
import { ListSkeleton } from './list-skeleton.tsx';

/** A key that moved through the list, or a moving pointer, holds its order for as long as a person needs to look. */
const heldAfterKeyMs = 3_000;
const heldAfterMoveMs = 1_500;

export function ConversationList() {
  const place = useView((state) => state.place);
  return (
    <>
      {/* The name of the page outlives the list, which narrow screens hide while a thread is open. */}
      <header className={css.heard}>
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
        <ListSkeleton />
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
        <ListSkeleton />
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
      onKeyDown={({ key }) => {
        if (movingKeys.has(key)) hold.during(heldAfterKeyMs);
      }}
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

const movingKeys: ReadonlySet<string> = new Set(['ArrowDown', 'ArrowUp', 'j', 'k']);

/** The one item that Tab reaches: where the keyboard stands, else the first conversation, else the first lane. */
function tabStop(items: readonly ListItem[], cursor: number, lane: number): number {
  if (lane >= 0) return lane;
  if (cursor >= 0) return cursor;
  const first = items.findIndex((item) => item.kind === 'row');
  return first >= 0 ? first : 0;
}

type PlaceProps = { readonly top: number; readonly position: number };

type LaneHeaderProps = PlaceProps & { readonly lane: Lane; readonly isStop: boolean };

function LaneHeader({ lane, top, position, isStop }: LaneHeaderProps) {
  const { inbox, view } = useDesk();
  const isFolded = useInbox((state) => state.lanes[lane].isFolded);
  const count = useInbox((state) => state.counts?.[lane] ?? null);
  return (
    <div role="row" aria-rowindex={position} className={css.lane} style={{ transform: `translateY(${top}px)` }}>
      <div role="gridcell">
        <button
          type="button"
          id={`lane-${lane}`}
          tabIndex={isStop ? 0 : -1}
          className={css.fold}
          aria-expanded={!isFolded}
          data-testid={`lane-${lane}`}
          onClick={() => inbox.getState().toggle(lane)}
          onFocus={() => view.getState().setFocusedLane(lane)}
          onBlur={() => view.getState().setFocusedLane(null)}
        >
          {isFolded ? <ChevronRight size={14} aria-hidden="true" /> : <ChevronDown size={14} aria-hidden="true" />}
          <span>{text.inbox.lane[lane]}</span>
          <span className={css.count}>
            {count ?? ''} <span className={css.heard}>{text.inbox.conversations}</span>
          </span>
        </button>
      </div>
    </div>
  );
}

/** The end of what is held: when it comes into sight, the next page is asked for. */
function LoadMore({ lane, ...place }: PlaceProps & { readonly lane: Lane | null }) {
  const { inbox, handoffsList } = useDesk();
  const held = useInbox((state) => (lane === null ? 0 : state.lanes[lane].ids.length));
  const found = useHandoffsList((state) => (lane === null ? state.ids.length : 0));
  useEffect(
    () => void (lane === null ? handoffsList.getState().loadMore() : inbox.getState().loadMore(lane)),
    [inbox, handoffsList, lane, held, found],
  );
  return <Line {...place}>{text.inbox.loading}</Line>;
}

/** A line that is neither a lane nor a conversation; a grid may hold nothing but rows. */
function Line({ top, position, children }: PlaceProps & { readonly children: string }) {
  return (
    <div role="row" aria-rowindex={position} className={css.empty} style={{ transform: `translateY(${top}px)` }}>
      <span role="gridcell">{children}</span>
    </div>
  );
}

function EmptyInbox() {
  const hasAccounts = useSession((state) => (state.session?.accounts.length ?? 0) > 0);
  return (
    <p className={css.nothing} data-testid="inbox-empty">
      {hasAccounts ? text.inbox.empty : text.inbox.emptyNoAccount}
    </p>
  );
}

/** Keeps the order still for a moment. A pointer that rests somewhere on the list holds nothing: nobody may be there. */
function useListHold() {
  const { inbox } = useDesk();
  const [hold] = useState(() => {
    let until = 0;
    let timer: ReturnType<typeof setTimeout> | null = null;
    const look = () => {
      const left = until - performance.now();
      timer = left > 0 ? setTimeout(look, left) : null;
      inbox.getState().hold(left > 0);
    };
    const during = (ms: number) => {
      until = Math.max(until, performance.now() + ms);
      if (timer === null) look();
    };
    let seen = '';
    return {
      during,
      moved: ({ screenX, screenY }: PointerEvent) => {
        // Browsers also tell of a move when rows move under a pointer that rests.
        if (seen !== `${screenX} ${screenY}`) during(heldAfterMoveMs);
        seen = `${screenX} ${screenY}`;
      },
    };
  });
  useEffect(() => () => inbox.getState().hold(false), [inbox]);
  return hold;
}

/** Brings what the keyboard moved to into sight, and gives it the focus where that follows the keyboard through the list. */
function useFollowedFocus(index: number, elementId: string | null, scrollTo: (index: number) => void) {
  const isThere = index >= 0;
  const awaited = useRef<string | null>(null);
  // Only a moved cursor moves the focus; a row that moves under it does not.
  const follow = useEffectEvent((id: string) => {
    // A row that is still to come back into the list is followed when it is there.
    awaited.current = isThere ? null : id;
    // A row that took the focus by a press must not move, or the press would end on another row.
    if (!isThere || document.activeElement?.id === id) return;
    scrollTo(index);
    const active = document.activeElement;
    if (active === document.body || isInList(active)) document.getElementById(id)?.focus({ preventScroll: true });
  });
  useEffect(() => {
    if (elementId !== null) follow(elementId);
  }, [elementId]);
  useEffect(() => {
    if (isThere && elementId !== null && awaited.current === elementId) follow(elementId);
  }, [isThere, elementId]);
}
