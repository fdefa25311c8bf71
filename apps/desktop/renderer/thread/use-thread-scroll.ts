import { defaultRangeExtractor, type Range, useVirtualizer, type Virtualizer } from '@tanstack/react-virtual';
import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { learnHeight, likelyHeight } from '../desk/likely-height.ts';
import type { ThreadItem } from '../desk/thread-items.ts';
import { useDesk, useThread } from '../desk-context.tsx';
import { useFocusedItem } from './use-focused-item.ts';

/** So near to the end counts as at the end. */
const nearEndPx = 80;
/** Older messages are asked for while this much is still above. */
const readAheadPx = 900;
/** The edge above the oldest message has one height, whatever it says: nothing moves when that changes. */
export const edgePx = 92;
const footPx = 16;

type ThreadVirtualizer = Virtualizer<HTMLDivElement, Element>;

/**
 * The eye stays where it is: at the end when it is at the end, else on the message that it reads, when older ones are put above, when
 * messages grow and when the pane does.
 */
export function useThreadScroll(items: readonly ThreadItem[], scroller: RefObject<HTMLDivElement | null>) {
  const focused = useFocusedItem(items, scroller);
  const [initialOffset] = useState(() => items.reduce((sum, item) => sum + likelyHeight(item), edgePx));
  const virtualizer = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    getItemKey: useCallback((index: number) => items[index]?.key ?? index, [items]),
    estimateSize: useCallback(
      (index: number) => {
        const item = items[index];
        return item === undefined ? 0 : likelyHeight(item);
      },
      [items],
    ),
    // An item that comes into sight is measured with all others after the page has laid itself out, not each on its own before.
    measureElement: useCallback(
      (element: Element, entry: ResizeObserverEntry | undefined, { itemSizeCache }: ThreadVirtualizer) => {
        const item = items[Number(element.getAttribute('data-index'))];
        if (item === undefined) return 0;
        const [box] = entry?.borderBoxSize ?? [];
        if (box === undefined) return itemSizeCache.get(item.key) ?? likelyHeight(item);
        const height = Math.round(box.blockSize);
        learnHeight(item, height);
        return height;
      },
      [items],
    ),
    // What has the focus is always drawn: it would be lost with its element.
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
  const toEnd = useCallback(() => virtualizer.scrollToEnd(), [virtualizer]);
  const { below, isAtEnd, noticeScroll } = useNewBelow(items, scroller);
  useReadAhead(items, virtualizer);

  const focusId = useThread((state) => state.focusId);
  const focusCount = useThread((state) => state.focusCount);
  const shown = useRef(-1);
  useLayoutEffect(() => {
    if (shown.current === focusCount) return;
    const isOpening = shown.current < 0;
    shown.current = focusCount;
    const index = focusId === null ? -1 : items.findIndex((item) => 'message' in item && item.message.id === focusId);
    if (index >= 0) {
      isAtEnd.current = false;
      virtualizer.scrollToIndex(index, { align: 'center' });
    } else if (isOpening) virtualizer.scrollToEnd();
  }, [focusId, focusCount, items, virtualizer, isAtEnd]);

  const ownCount =
    items.at(-1)?.kind === 'outbox' ? items.reduce((sum, { kind }) => sum + Number(kind === 'outbox'), 0) : 0;
  const ownBefore = useRef(ownCount);
  useLayoutEffect(() => {
    // Whoever sends wants to see what becomes of it.
    if (ownCount > ownBefore.current) virtualizer.scrollToEnd();
    ownBefore.current = ownCount;
  }, [ownCount, virtualizer]);

  useEffect(() => {
    const box = scroller.current;
    if (box === null) return;
    const observer = new ResizeObserver(() => {
      if (isAtEnd.current) virtualizer.scrollToEnd();
    });
    observer.observe(box);
    return () => observer.disconnect();
  }, [scroller, virtualizer, isAtEnd]);

  return { virtualizer, below, toEnd, noticeScroll };
}

const isMessage = ({ kind }: ThreadItem): boolean => kind === 'message' || kind === 'note';

/** How many messages came below while somebody read above. */
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
    // The page would have to lay itself out to say where it is.
    const at = virtualizer.scrollOffset ?? 0;
    if (at < readAheadPx && !olderUnreachable) void readOlder();
  }, [virtualizer, thread]);
  useEffect(ask, [items, ask]);
  useEffect(() => {
    const box = virtualizer.scrollElement;
    box?.addEventListener('scroll', ask, { passive: true });
    return () => box?.removeEventListener('scroll', ask);
  }, [virtualizer, ask]);
}
