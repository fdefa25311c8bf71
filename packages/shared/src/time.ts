/** Times are integers, milliseconds since 1970 UTC, in names that end in `At`; durations end in `Ms`. */
export const secondMs = 1_000;
export const minuteMs = 60 * secondMs;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;
/** The last moment that a `Date` can be; formatting a later one throws. */
export const lastMomentAt = 8_640_000_000_000_000;
