import { minuteMs } from '@transom/shared';
import { createStore } from 'zustand/vanilla';
import { nextChangeMs } from '../display/countdown.ts';

/**
 * The one clock of the window. It advances the relay's time from the moment it was learned, with a clock that never jumps
 * (`performance.now`), so this computer's own time does not matter. It wakes only when a watched countdown changes its text, at the latest
 * after a minute, and not at all while the window is hidden.
 */
export type ClockState = {
  /** The relay's time at the last tick; null while it is not known. */
  readonly now: number | null;
  /** The latest known time: even without `now`, what had ended by then is over. */
  readonly atLeast: number | null;
  /**
   * Asks for the relay's time. The core reads it at some moment between question and answer, so we take the latest time that it can be now:
   * however long the answer waits in this window's queue, no countdown is too long. Asks again after a slow answer.
   */
  ask(question: () => Promise<{ readonly serverNow: number | null; readonly atLeast: number | null }>): Promise<void>;
  /** Ticks now, before changes are drawn, so that their countdowns need not be drawn twice. */
  catchUp(): void;
  /** Wakes the clock when the countdown to `at` changes, until the returned function is called. */
  watch(at: number): () => void;
  setVisible(isVisible: boolean): void;
};
/** Precise enough for a countdown. */
const quickMs = 100;
const maxTries = 5;

/** `monotonicNow` in ms, never running backwards. */
export function createClockStore(monotonicNow: () => number) {
  let offsetMs: number | null = null;
  let round = 0;
  let isVisible = true;
  let timer: ReturnType<typeof setTimeout> | null = null;
  const watched = new Map<symbol, number>();

  return createStore<ClockState>()((set, get) => {
    const time = () => (offsetMs === null ? null : Math.floor(monotonicNow() + offsetMs));

    const tick = () => {
      set({ now: time() });
      schedule();
    };
    const schedule = () => {
      if (timer !== null) clearTimeout(timer);
      timer = null;
      const now = time();
      if (now === null || !isVisible) return;
      timer = setTimeout(tick, nextTickMs(now, watched.values()));
    };

    /** A countdown that begins between two ticks was drawn with the time of the last one, so it shows a moment too much. */
    const tickSoon = oncePerTurn(() => (isBehind() ? tick() : schedule()));
    const isBehind = () => isVisible && (time() ?? 0) - (get().now ?? 0) > quickMs;

    return {
      now: null,
      atLeast: null,
      ask: async (question) => {
        const mine = ++round;
        for (let tries = 0; tries < maxTries; tries += 1) {
          const askedAt = monotonicNow();
          const { serverNow, atLeast } = await question();
          if (mine !== round) return;
          set({ atLeast });
          // The core truncates to whole milliseconds: add one.
          offsetMs = serverNow === null ? null : serverNow + 1 - askedAt;
          tick();
          if (serverNow === null || monotonicNow() - askedAt <= quickMs) return;
        }
      },
      catchUp: () => {
        if (isBehind()) tick();
      },
      watch: (at) => {
        const key = Symbol('countdown');
        watched.set(key, at);
        tickSoon();
        return () => watched.delete(key);
      },
      setVisible: (visible) => {
        isVisible = visible;
        if (visible) tick();
        else schedule();
      },
    };
  });
}

/** Calls `work` after this turn of the event loop, once, however often it was asked for. */
function oncePerTurn(work: () => void): () => void {
  let isComing = false;
  return () => {
    if (isComing) return;
    isComing = true;
    queueMicrotask(() => {
      isComing = false;
      work();
    });
  };
}

/** When the clock must wake next: at the first change of any watched countdown, at the latest after a minute. */
export function nextTickMs(now: number, deadlines: Iterable<number>): number {
  let soonest = minuteMs;
  for (const at of deadlines) soonest = Math.min(soonest, nextChangeMs(at - now));
  return soonest;
}
