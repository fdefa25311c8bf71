import { dayMs, minuteMs, secondMs } from '@transom/shared';

const notSentDelaysMs = [1, 5, 30, 120, 600, 1_800].map((seconds) => seconds * secondMs);
const maxOwnPauseMs = 30 * minuteMs;

/** The longest wait that Meta may ask for; anything longer is taken for a mistake. */
export const maxPauseMs = dayMs;
/** The longest wait of a reply that did not leave this machine. */
export const maxNotSentDelayMs = 36 * minuteMs;

/** How long to wait before retrying what never left this machine, ±20 % so that not all retries come at once. */
export function notSentDelayMs(attempts: number, random: () => number = Math.random): number {
  const delayMs = notSentDelaysMs[Math.min(attempts, notSentDelaysMs.length) - 1] ?? secondMs;
  return Math.round(delayMs * (0.8 + 0.4 * random()));
}

/**
 * How long an account pauses when Meta asks it to slow down: what Meta says, in full, because calling during a block
 * lengthens it; else a minute, doubled each time.
 */
export function pauseMs(attempts: number, retryAfterMs: number | null): number {
  return retryAfterMs === null
    ? Math.min(minuteMs * 2 ** (attempts - 1), maxOwnPauseMs)
    : Math.min(retryAfterMs, maxPauseMs);
}

/** How long an account pauses if all its calls are refused: the longer this has lasted, the longer. */
export function refusedCallsPauseMs(lastedMs: number): number {
  return Math.min(Math.max(lastedMs / 4, minuteMs), maxOwnPauseMs);
}
