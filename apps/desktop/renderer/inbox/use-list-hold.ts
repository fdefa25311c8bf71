import { type KeyboardEvent, type PointerEvent, useEffect, useState } from 'react';
import { useDesk } from '../desk-context.tsx';

/** A key that moved through the list, or a moving pointer, holds its order for as long as a person needs to look. */
const heldAfterKeyMs = 3_000;
const heldAfterMoveMs = 1_500;

const movingKeys: ReadonlySet<string> = new Set(['ArrowDown', 'ArrowUp', 'j', 'k']);

/** Keeps the order still for a moment. A pointer that rests somewhere on the list holds nothing: perhaps nobody is there. */
export function useListHold() {
  const { inbox } = useDesk();
  const [hold] = useState(() => {
    let until = 0;
    let timer: ReturnType<typeof setTimeout> | null = null;
    const look = () => {
      if (timer !== null) clearTimeout(timer);
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
      pressed: ({ key }: KeyboardEvent) => {
        if (movingKeys.has(key)) during(heldAfterKeyMs);
      },
      moved: ({ screenX, screenY }: PointerEvent) => {
        // Browsers also report a move when rows move under a resting pointer.
        if (seen !== `${screenX} ${screenY}`) during(heldAfterMoveMs);
        seen = `${screenX} ${screenY}`;
      },
      end: () => {
        until = 0;
        if (timer !== null) look();
      },
    };
  });
  useEffect(() => hold.end, [hold]);
  return hold;
}
