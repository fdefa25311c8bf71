import { defaultRangeExtractor, type Range, useVirtualizer } from '@tanstack/react-virtual';
import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { useDesk, useThread } from '../desk-context.tsx';
import { likelyHeight } from '../display/likely-height.ts';
import type { ThreadItem } from '../display/thread-items.ts';
import { useFocusedItem } from './use-focused-item.ts';
import { type ThreadVirtualizer, useItemHeights } from './use-item-heights.ts';

/** This close to the end counts as at the end. */
const nearEndPx = 80;
/** Older messages are requested once less than this is left above. */
const readAheadPx = 900;
/** The edge above the oldest message has a fixed height, so that nothing moves when its words change. */
export const edgePx = 92;
const footPx = 16;

/**
 * Keeps the reading position: at the end if it was there, else on the message being read, when older ones are added above, and when
 * messages or the pane grow.
 */
export function useThreadScroll(items: readonly ThreadItem[], scroller: RefObject<HTMLDivElement | null>) {
  const focused = useFocusedItem(items, scroller);
  const [initialOffset] = useState(() => items.reduce((sum, item) => sum + likelyHeight(item), edgePx));
  const virtualizer = useVirtualizer<HTMLDivElement, HTMLElement>({
    count: items.length,
    getScrollElement: () => scroller.current,
    getItemKey: useCallback((index: number) => items[index]?.key ?? index, [items]),
    ...useItemHeights(items),
    // What has the focus is always drawn: the focus would be lost with its element.
    rangeExtractor: useCallback(
      (range: Range) =>
        focused < 0
          ? defaultRangeExtractor(range)
          : [...new Set([...defaultRangeExtractor(range), focused])].sort((a, b) => a - b),
      [focused],
    ),
    anchorTo: 'end',
    followOnAppend: true,
    scrollEndThreshold: nearEndPx,
    initialOffset,
    paddingStart: edgePx,
    paddingEnd: footPx,
    overscan: 6,
  });
  useLayoutEffect(() => {
    // Adjust for items that are entirely above the top of the view, in either direction of scrolling; for one that crosses it, only if it
    // was never measured.
    virtualizer.shouldAdjustScrollPositionOnItemSizeChange = (
      { key, start, end },
      _delta,
      { scrollOffset, itemSizeCache },
    ) => {
      const eyeAt = scrollOffset ?? 0;
      return itemSizeCache.has(key) ? end <= eyeAt : start < eyeAt;
    };
  }, [virtualizer]);
  const toEnd = useCallback(() => virtualizer.scrollToEnd(), [virtualizer]);
  const { below, isAtEnd, noticeScroll } = useNewBelow(items, scroller);
  useReadAhead(items, virtualizer);

  useShownMessage(items, virtualizer, isAtEnd);
  useOwnMessage(items, virtualizer);
  useStayAtEnd(scroller, virtualizer, isAtEnd);
  return { virtualizer, below, toEnd, noticeScroll };
}

const isMessage = ({ kind }: ThreadItem): boolean => kind === 'message' || kind === 'note';

/** How many messages arrived below while somebody read above. */
function useNewBelow(items: readonly ThreadItem[], scroller: RefObject<HTMLDivElement | null>) {
  const [below, setBelow] = useState(0);
  const isAtEnd = useRef(true);
  const lastSeen = useRef<string | null>(null);
  useLayoutEffect(() => {
    if (isAtEnd.current || lastSeen.current === null) {
      lastSeen.current = items.findLast(isMessage)?.key ?? null;
      setBelow(0);
      return;
    }
    const at = items.findLastIndex(({ key }) => key === lastSeen.current);
    setBelow(at < 0 ? 0 : items.slice(at + 1).filter(isMessage).length);
  }, [items]);
  const noticeScroll = () => {
    const box = scroller.current;
    if (box === null) return;
    isAtEnd.current = box.scrollHeight - box.scrollTop - box.clientHeight <= nearEndPx;
    if (!isAtEnd.current) return;
    lastSeen.current = items.findLast(isMessage)?.key ?? null;
    setBelow(0);
  };
  return { below, isAtEnd, noticeScroll };
}

/** Asks for older messages before the top is reached, and where a page does not fill the pane. */
function useReadAhead(items: readonly ThreadItem[], virtualizer: ThreadVirtualizer) {
  const { thread } = useDesk();
  const ask = useCallback(() => {
    const { olderUnreachable, readOlder } = thread.getState();
    // Asking the page for its position would force a layout. What does not fill the pane is at its top.
    const furthest = Math.max(0, virtualizer.getTotalSize() - (virtualizer.scrollRect?.height ?? 0));
    const at = Math.min(virtualizer.scrollOffset ?? 0, furthest);
    if (at < readAheadPx && !olderUnreachable) void readOlder();
  }, [virtualizer, thread]);
  useEffect(ask, [items, ask]);
  useEffect(() => {
    const box = virtualizer.scrollElement;
    box?.addEventListener('scroll', ask, { passive: true });
    return () => box?.removeEventListener('scroll', ask);
  }, [virtualizer, ask]);
}

/** Goes to the message that was asked for; where none was, a thread opens at its end. */
function useShownMessage(items: readonly ThreadItem[], virtualizer: ThreadVirtualizer, isAtEndRef: RefObject<boolean>) {
  const focusId = useThread((state) => state.focusId);
  const focusCount = useThread((state) => state.focusCount);
  const shown = useRef(-1);
  useLayoutEffect(() => {
    if (shown.current === focusCount) return;
    const isOpening = shown.current < 0;
    shown.current = focusCount;
    const index = focusId === null ? -1 : items.findIndex((item) => 'message' in item && item.message.id === focusId);
    if (index >= 0) {
      isAtEndRef.current = false;
      virtualizer.scrollToIndex(index, { align: 'center' });
    } else if (isOpening) virtualizer.scrollToEnd();
  }, [focusId, focusCount, items, virtualizer, isAtEndRef]);
}

/** The sender of a message wants to see what becomes of it. */
function useOwnMessage(items: readonly ThreadItem[], virtualizer: ThreadVirtualizer) {
  const ownCount =
    items.at(-1)?.kind === 'outbox' ? items.reduce((sum, { kind }) => sum + Number(kind === 'outbox'), 0) : 0;
  const ownBefore = useRef(ownCount);
  useLayoutEffect(() => {
    if (ownCount > ownBefore.current) virtualizer.scrollToEnd();
    ownBefore.current = ownCount;
  }, [ownCount, virtualizer]);
}

/** What was at the end stays there when the pane changes its height. */
function useStayAtEnd(
  scroller: RefObject<HTMLDivElement | null>,
  virtualizer: ThreadVirtualizer,
  isAtEndRef: RefObject<boolean>,
) {
  useEffect(() => {
    const box = scroller.current;
    if (box === null) return;
    const observer = new ResizeObserver(() => {
      if (isAtEndRef.current) virtualizer.scrollToEnd();
    });
    observer.observe(box);
    return () => observer.disconnect();
  }, [scroller, virtualizer, isAtEndRef]);
}
