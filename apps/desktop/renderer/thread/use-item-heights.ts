import type { Virtualizer } from '@tanstack/react-virtual';
import { useCallback, useLayoutEffect, useReducer, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { isHeightKnown, learnHeight, likelyHeight } from '../display/likely-height.ts';
import type { ThreadItem } from '../display/thread-items.ts';

export type ThreadVirtualizer = Virtualizer<HTMLDivElement, HTMLElement>;

/** How high each item of a thread is taken for before it is drawn, and how it is measured when it is; in px. */
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
      // To measure an item as it is put into the page makes the page lay itself out once more. One whose height is known is measured with all
      // others afterwards.
      if (box === undefined && (itemSizeCache.has(item.key) || isHeightKnown(item))) return before;
      const height = box === undefined ? element.offsetHeight : Math.round(box.blockSize);
      learnHeight(item, height);
      // The list library remembers only what measures otherwise than it was taken for, and takes the others for never drawn.
      if (height === before) itemSizeCache.set(item.key, height);
      else if (box !== undefined) redraw();
      return height;
    },
    [items, taken, redraw],
  );
  return { estimateSize, measureElement };
}

/**
 * What an item is laid out for until it measures something else. It stays when the message changes: a height that changed by being reckoned
 * again would move what is read, and nothing would move it back.
 */
function heightTaken(item: ThreadItem, taken: Map<string, number>): number {
  const known = taken.get(item.key);
  if (known !== undefined) return known;
  const height = likelyHeight(item);
  taken.set(item.key, height);
  return height;
}

/**
 * Where the list library need not scroll for a new height, it draws again in a task of its own: after a frame in which bubbles overlap. It is
 * made to draw before that frame, unless it has.
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
