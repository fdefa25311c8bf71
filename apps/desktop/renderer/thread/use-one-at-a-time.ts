import { useRef, useState } from 'react';

/** Runs `ask` unless it is in flight: a double press is meant once, and the second answer would be about what is already gone. */
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
