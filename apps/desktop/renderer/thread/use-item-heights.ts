import type { Virtualizer } from '@tanstack/react-virtual';
import { useCallback, useLayoutEffect, useReducer, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { isHeightKnown, learnHeight, likelyHeight } from '../display/likely-height.ts';
import type { ThreadItem } from '../display/thread-items.ts';

export type ThreadVirtualizer = Virtualizer<HTMLDivElement, HTMLElement>;

/** The height assumed for each item of a thread before it is drawn, and how it is measured once it is; in px. */
export function useItemHeights(items: readonly ThreadItem[]) {
  const redraw = useRedrawBeforePaint();
  const [taken] = useState(() => new Map<string, number>());
  const estimateSize = useCallback(
    (index: number) => {
      const item = items[index];
      return item === undefined ? 0 : heightTaken(item, taken);
    },
    [items, taken],
  );
  const measureElement = useCallback(
    (element: HTMLElement, entry: ResizeObserverEntry | undefined, { itemSizeCache }: ThreadVirtualizer) => {
      const item = items[Number(element.dataset['index'])];
      if (item === undefined) return 0;
      const before = itemSizeCache.get(item.key) ?? heightTaken(item, taken);
      const box = entry?.borderBoxSize[0];
      // Measuring an item while it is inserted forces another layout. One whose height is known is measured later, with all others.
      if (box === undefined && (itemSizeCache.has(item.key) || isHeightKnown(item))) return before;
      const height = box === undefined ? element.offsetHeight : Math.round(box.blockSize);
      learnHeight(item, height);
      // The list library remembers only items whose height differs from the estimate, and treats the others as never drawn.
      if (height === before) itemSizeCache.set(item.key, height);
      else if (box !== undefined) redraw();
      return height;
    },
    [items, taken, redraw],
  );
  return { estimateSize, measureElement };
}

/**
 * The height assumed for an item until it measures something else. It is kept when the message changes: a new estimate would move what is
 * being read, and nothing would move it back.
 */
function heightTaken(item: ThreadItem, taken: Map<string, number>): number {
  const known = taken.get(item.key);
  if (known !== undefined) return known;
  const height = likelyHeight(item);
  taken.set(item.key, height);
  return height;
}

/**
 * When a new height needs no scrolling, the list library redraws in a separate task: after a frame in which bubbles overlap. This makes it
 * redraw before that frame, unless it already has.
 */
function useRedrawBeforePaint(): () => void {
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  const drawn = useRef(0);
  useLayoutEffect(() => {
    drawn.current += 1;
  });
  return useCallback(() => {
    const before = drawn.current;
    queueMicrotask(() => {
      if (drawn.current === before) flushSync(redraw);
    });
  }, []);
}
