/**
 * The relay's time, kept on a monotonic clock, so that neither a wrong PC clock nor a change of it matters.
 *
 *   unknown ──(a probe was answered)──▶ known ──(reconnected, woke up)──▶ unknown
 *
 * A probe asks at `askedAt` and hears a time that the relay read somewhere between asking and hearing. We take the latest
 * moment at which it can be now: the heard time plus the whole round trip. So the clock is never behind the relay's,
 * and no countdown is longer than the truth; it is short by one round trip at most.
 */
export type RelayClock = {
  /** The relay's time in ms since 1970, or null while no relay has told it. */
  serverNow(): number | null;
  /** Marks the moment of asking; call the result with what the relay said. An answer from before `reset` is dropped. */
  ask(): (serverNow: number) => void;
  /** After sleep or a new connection: monotonic clocks may stand still while a computer sleeps. */
  reset(): void;
};

/** `monotonicMs` counts milliseconds from anywhere and never goes back. */
export function createRelayClock(monotonicMs: () => number = () => performance.now()): RelayClock {
  let offset: number | null = null;
  let generation = 0;
  return {
    serverNow: () => (offset === null ? null : Math.ceil(monotonicMs() + offset)),
    ask() {
      const askedAt = monotonicMs();
      const askedIn = generation;
      return (serverNow) => {
        // heard + (heardAt - askedAt) at heardAt is an offset of heard - askedAt. The relay's milliseconds are cut off: one more.
        if (askedIn === generation) offset = serverNow + 1 - askedAt;
      };
    },
    reset() {
      offset = null;
      generation += 1;
    },
  };
}
