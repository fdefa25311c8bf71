import { useRef, useState } from 'react';

/** Runs `ask` unless it is under way: who presses twice means it once, and the second answer would be about what is gone. */
export function useOneAtATime(): { readonly isUnderWay: boolean; readonly once: (ask: () => Promise<void>) => void } {
  const running = useRef(false);
  const [isUnderWay, setUnderWay] = useState(false);
  const settle = (isRunning: boolean) => {
    running.current = isRunning;
    setUnderWay(isRunning);
  };
  const once = (ask: () => Promise<void>) => {
    if (running.current) return;
    settle(true);
    void ask().finally(() => settle(false));
  };
  return { isUnderWay, once };
}
