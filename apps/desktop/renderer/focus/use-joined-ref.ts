import { type RefCallback, type RefObject, useCallback } from 'react';

/** One `ref` for an element that a component holds itself and also registers. */
export function useJoinedRef<T extends HTMLElement>(
  heldRef: RefObject<T | null>,
  registered: RefCallback<HTMLElement>,
): RefCallback<T> {
  return useCallback(
    (element) => {
      heldRef.current = element;
      const end = registered(element);
      return () => {
        heldRef.current = null;
        if (typeof end === 'function') end();
      };
    },
    [heldRef, registered],
  );
}
