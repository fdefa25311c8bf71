import { defaultRangeExtractor, type Range, useVirtualizer } from '@tanstack/react-virtual';
import { type Lane, lanes } from '@transom/shared';
import { ChevronDown, ChevronRight } from 'lucide-react';
import { useCallback, useEffect, useEffectEvent, useMemo, useRef, useState } from 'react';
import { useDesk, useInbox, useSession, useView } from '../desk-context.tsx';
import type { InboxListState } from '../stores/inbox-list.ts';
import { text } from '../text/en.ts';
import css from './conversation-list.module.css';
import { InboxRow } from './inbox-row.tsx';
import { handoffItems, inboxItems, itemHeight, type ListItem, rowIds } from './list-items.ts';
import { ListSkeleton } from './list-skeleton.tsx';

/** An arrow key holds the order of the list for as long as a person needs to look. */
const heldAfterKeyMs = 3_000;

export function ConversationList() {
  const place = useView((state) => state.place);
  const phase = useInbox((state) => state.phase);
  const table = useInbox((state) => state.lanes);
  const rows = useInbox((state) => (place === 'handoffs' ? state.rows : null));
  const items = useMemo(() => (rows === null ? inboxItems(table) : handoffItems(table, rows)), [table, rows]);
  return (
    <section className={css.pane} aria-label={place === 'inbox' ? text.inbox.label : text.handoffs.label}>
      <ListHeader count={place === 'handoffs' ? rowIds(items).length : null} />
      {phase === 'loading' ? <ListSkeleton /> : <Items key={place} items={items} isHandoffs={place === 'handoffs'} />}
    </section>
  );
}

/** The lanes add up to the total, so that nothing can hide. */
function totalCount({ counts }: InboxListState): number | null {
  return counts === null ? null : lanes.reduce((sum, lane) => sum + counts[lane], 0);
}

function ListHeader({ count }: { readonly count: number | null }) {
  const total = useInbox(totalCount);
  const moved = useInbox((state) => state.waiting.size);
  const { inbox } = useDesk();
  return (
    <header className={css.header}>
      <h1 className={css.title}>{count === null ? text.inbox.title : text.handoffs.title}</h1>
      {moved > 0 ? (
        <button
          type="button"
          className={css.pill}
          aria-label={text.inbox.movedLabel(moved)}
          onClick={() => inbox.getState().settle()}
        >
          {text.inbox.moved(moved)}
        </button>
      ) : null}
      <span className={css.total} data-testid="list-total">
        {count === null ? (total === null ? '' : text.inbox.total(total)) : text.handoffs.count(count)}
      </span>
    </header>
  );
}

function Items({ items, isHandoffs }: { readonly items: readonly ListItem[]; readonly isHandoffs: boolean }) {
  const { inbox } = useDesk();
  const total = useInbox(totalCount);
  const isEmpty = isHandoffs ? rowIds(items).length === 0 : total === 0;
  const scroller = useRef<HTMLDivElement>(null);
  const hold = useListHold();
  const cursorId = useView((state) => state.cursorId);
  const cursor = items.findIndex((item) => item.kind === 'row' && item.id === cursorId);
  const virtualizer = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: useCallback((index: number) => itemHeight[items[index]?.kind ?? 'row'], [items]),
    getItemKey: useCallback((index: number) => items[index]?.key ?? index, [items]),
    // The row that the keyboard stands on is always drawn, or the focus would be lost by scrolling.
    rangeExtractor: useCallback(
      (range: Range) =>
        [...new Set([...defaultRangeExtractor(range), ...(cursor >= 0 ? [cursor] : [])])].sort((a, b) => a - b),
      [cursor],
    ),
    overscan: 6,
  });
  const drawn = virtualizer.getVirtualItems();
  useCursorFocus(cursor, cursorId, virtualizer.scrollToIndex);

  return (
    <div
      ref={scroller}
      className={css.scroller}
      role="grid"
      tabIndex={-1}
      aria-label={isHandoffs ? text.handoffs.label : text.inbox.label}
      aria-rowcount={items.length}
      data-testid="conversation-list"
      onPointerEnter={hold.enter}
      onPointerLeave={hold.leave}
      onKeyDown={hold.key}
      onScroll={(event) => {
        if (event.currentTarget.scrollTop === 0) inbox.getState().forgetTail();
      }}
    >
      {isEmpty ? <EmptyList isHandoffs={isHandoffs} /> : null}
      <div className={css.sizer} style={{ height: virtualizer.getTotalSize() }} hidden={isEmpty && !isHandoffs}>
        {drawn.map(({ index, start, key }) => {
          const item = items[index];
          if (item === undefined) return null;
          if (item.kind === 'row')
            return <InboxRow key={key} id={item.id} top={start} position={index + 1} isHandoff={isHandoffs} />;
          if (item.kind === 'header') return <LaneHeader key={key} lane={item.lane} top={start} position={index + 1} />;
          if (item.kind === 'more') return <LoadMore key={key} lane={item.lane} top={start} />;
          return (
            <p key={key} className={css.empty} style={{ transform: `translateY(${start}px)` }}>
              {text.inbox.laneEmpty[item.lane]}
            </p>
          );
        })}
      </div>
    </div>
  );
}

function LaneHeader({ lane, top, position }: { readonly lane: Lane; readonly top: number; readonly position: number }) {
  const { inbox } = useDesk();
  const isFolded = useInbox((state) => state.lanes[lane].isFolded);
  const count = useInbox((state) => state.counts?.[lane] ?? null);
  const label = text.inbox.lane[lane];
  return (
    <div role="row" aria-rowindex={position} className={css.lane} style={{ transform: `translateY(${top}px)` }}>
      <div role="rowheader">
        <button
          type="button"
          className={css.fold}
          aria-expanded={!isFolded}
          aria-label={`${isFolded ? text.inbox.unfold(label) : text.inbox.fold(label)}, ${count ?? ''}`}
          data-testid={`lane-${lane}`}
          onClick={() => inbox.getState().toggle(lane)}
        >
          {isFolded ? <ChevronRight size={14} aria-hidden="true" /> : <ChevronDown size={14} aria-hidden="true" />}
          <span>{label}</span>
          <span className={css.count}>{count ?? ''}</span>
        </button>
      </div>
    </div>
  );
}

/** The end of what is held: when it comes into sight, the next page is asked for. */
function LoadMore({ lane, top }: { readonly lane: Lane; readonly top: number }) {
  const { inbox } = useDesk();
  const held = useInbox((state) => state.lanes[lane].ids.length);
  useEffect(() => void inbox.getState().loadMore(lane), [inbox, lane, held]);
  return (
    <p className={css.empty} style={{ transform: `translateY(${top}px)` }}>
      {text.inbox.loading}
    </p>
  );
}

function EmptyList({ isHandoffs }: { readonly isHandoffs: boolean }) {
  const hasAccounts = useSession((state) => (state.session?.accounts.length ?? 0) > 0);
  if (isHandoffs) return <p className={css.nothing}>{text.handoffs.empty}</p>;
  return (
    <p className={css.nothing} data-testid="inbox-empty">
      {hasAccounts ? text.inbox.empty : text.inbox.emptyNoAccount}
    </p>
  );
}

/** Keeps the order still while the pointer is over the list or an arrow key was just used. */
function useListHold() {
  const { inbox } = useDesk();
  const [hold] = useState(() => {
    let isOver = false;
    let timer: ReturnType<typeof setTimeout> | null = null;
    const update = () => inbox.getState().hold(isOver || timer !== null);
    return {
      enter: () => {
        isOver = true;
        update();
      },
      leave: () => {
        isOver = false;
        update();
      },
      key: () => {
        if (timer !== null) clearTimeout(timer);
        timer = setTimeout(() => {
          timer = null;
          update();
        }, heldAfterKeyMs);
        update();
      },
    };
  });
  return hold;
}

/** Brings the cursor's row into sight and gives it the focus when the focus is in the list. */
function useCursorFocus(cursor: number, cursorId: string | null, scrollTo: (index: number) => void) {
  // Only a moved cursor moves the focus; a row that moves under it does not.
  const follow = useEffectEvent((id: string) => {
    // A row that took the focus by a press must not move, or the press would end on another row.
    if (cursor < 0 || document.activeElement?.id === `row-${id}`) return;
    scrollTo(cursor);
    const active = document.activeElement;
    const isInList =
      active === document.body || active?.closest('[data-testid="conversation-list"]') instanceof Element;
    if (isInList) document.getElementById(`row-${id}`)?.focus({ preventScroll: true });
  });
  useEffect(() => {
    if (cursorId !== null) follow(cursorId);
  }, [cursorId]);
}
