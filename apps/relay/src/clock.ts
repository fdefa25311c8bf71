/** Where the relay takes the time from (ms since 1970). Handed in, so that a test can move it. */
export type Clock = () => number;
export const systemClock: Clock = () => Date.now();
