/**
 * The relay's time, kept on a monotonic clock, so that neither a wrong PC clock nor a change of it matters.
 *
 *   unknown ──(a question was answered)──▶ confirmed ──(the connection broke)──▶ estimated ──(answered again)──▶ confirmed
 *      ▲                                       └──(slept, another relay)──┐          │
 *      └──────────────────────────────────────────────────────────────────┴──────────┘
 *
 * A question is asked at `askedAt`; the relay read the time in its answer somewhere between asking and hearing. We assume the
 * latest time that it can be now: the heard time plus the whole round trip. So the clock is never behind the relay's,
 * and no countdown is longer than the truth; it is short by one round trip at most.
 */
export type RelayClock = {
  /** The relay's time in ms since 1970, or null while no relay has reported it. */
  serverNow(): number | null;
  /** Whether the relay that reported it can still be asked. */
  isConfirmed(): boolean;
  /** Marks the moment of asking; call the result with what the relay said. An answer from before `lose` or `reset` is dropped. */
  ask(): (serverNow: number) => void;
  /** The connection broke: the time is only estimated now, and may drift from the relay's. */
  lose(): void;
  /** After a sleep, in which monotonic clocks may stand still, or before connecting to another relay. */
  reset(): void;
};

/** Systems slew a clock by 500 millionths at most. Uncorrected, the estimate is that much too fast rather than too slow. */
const drift = 500 / 1_000_000;

/** `monotonicMs` counts milliseconds from an arbitrary start and never goes back. */
export function createRelayClock(monotonicMs: () => number = () => performance.now()): RelayClock {
  let offset: number | null = null;
  let lostAt: number | null = null;
  let generation = 0;
  return {
    serverNow() {
      if (offset === null) return null;
      const now = monotonicMs();
      return Math.ceil(now + offset + (lostAt === null ? 0 : (now - lostAt) * drift));
    },
    isConfirmed: () => offset !== null && lostAt === null,
    ask() {
      const askedAt = monotonicMs();
      const askedIn = generation;
      return (serverNow) => {
        if (askedIn !== generation) return;
        // heard + (heardAt - askedAt) at heardAt is an offset of heard - askedAt. The relay truncates its milliseconds: add one.
        offset = serverNow + 1 - askedAt;
        lostAt = null;
      };
    },
    lose() {
      lostAt ??= monotonicMs();
      generation += 1;
    },
    reset() {
      offset = null;
      lostAt = null;
      generation += 1;
    },
  };
}
