import { defaultRangeExtractor, type Range, useVirtualizer } from '@tanstack/react-virtual';
import { type RefObject, useCallback } from 'react';
import { useView } from '../desk-context.tsx';
import { itemHeight, type ListItem } from '../display/list-items.ts';
import { useFollowedFocus } from './use-followed-focus.ts';

/** Draws only the lines in view and the one that the keyboard is on. `stop`: the one that Tab reaches. */
export function useListVirtualizer(items: readonly ListItem[], scroller: RefObject<HTMLDivElement | null>) {
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
    // What the keyboard is on is always drawn, or scrolling would lose the focus.
    rangeExtractor: useCallback(
      (range: Range) =>
        [...new Set([...defaultRangeExtractor(range), ...[stop, cursor].filter((index) => index >= 0)])].sort(
          (a, b) => a - b,
        ),
      [stop, cursor],
    ),
    overscan: 6,
  });
  useFollowedFocus(cursor, cursorId === null ? null : `row ${cursorId}`, virtualizer.scrollToIndex);
  useFollowedFocus(lane, focusedLane === null ? null : `lane ${focusedLane}`, virtualizer.scrollToIndex);
  return { virtualizer, stop };
}

/** The one item that Tab reaches: where the keyboard is, else the first conversation, else the first lane. */
function tabStop(items: readonly ListItem[], cursor: number, lane: number): number {
  if (lane >= 0) return lane;
  if (cursor >= 0) return cursor;
  const first = items.findIndex((item) => item.kind === 'row');
  return first >= 0 ? first : 0;
}
