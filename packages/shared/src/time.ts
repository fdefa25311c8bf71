/** Times are integers, milliseconds since 1970 UTC, in names that end in `At`; durations end in `Ms`. */
export const secondMs = 1_000;
export const minuteMs = 60 * secondMs;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;
/** The last moment that is a date (ECMA-262, 21.4.1.1). To format a later one is an error. */
export const lastMomentAt = 100_000_000 * dayMs;
