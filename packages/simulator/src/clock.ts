/** The simulator's time: real time plus an offset that tests move. Milliseconds since 1970 UTC. */
export type Clock = {
  now(): number;
  /** Moves the clock by `ms` (negative moves it back) and returns the new time. */
  advance(ms: number): number;
};

export function createClock(): Clock {
  let offsetMs = 0;
  const now = () => Date.now() + offsetMs;
  return {
    now,
    advance(ms) {
      offsetMs += ms;
      return now();
    },
  };
}
