import { type RefObject, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { ThreadItem } from '../display/thread-items.ts';

/** The item that the focus is in, or -1. When its element disappears, the focus goes to the thread instead of nowhere. */
export function useFocusedItem(items: readonly ThreadItem[], scroller: RefObject<HTMLDivElement | null>): number {
  const [key, setKey] = useState<string | null>(null);
  const focused = useRef<Element | null>(null);
  useEffect(() => {
    const box = scroller.current;
    if (box === null) return;
    const enter = ({ target }: FocusEvent) => {
      focused.current = target instanceof Element && target !== box ? target : null;
      setKey(focused.current?.closest('[data-item]')?.getAttribute('data-item') ?? null);
    };
    const leave = () => setKey(null);
    box.addEventListener('focusin', enter);
    box.addEventListener('focusout', leave);
    return () => {
      box.removeEventListener('focusin', enter);
      box.removeEventListener('focusout', leave);
    };
  }, [scroller]);
  useLayoutEffect(() => {
    if (focused.current === null || document.activeElement === focused.current) return;
    if (!focused.current.isConnected && document.activeElement === document.body)
      scroller.current?.focus({ preventScroll: true });
    focused.current = null;
  });
  return useMemo(() => (key === null ? -1 : items.findIndex((item) => item.key === key)), [items, key]);
}
