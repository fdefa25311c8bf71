import { minuteMs } from '@transom/shared';
import { text } from '../text/en.ts';
import { usableLocale } from '../text/usable-locale.ts';

/**
 * Asking the calendar takes microseconds, and a long thread asks it thousands of times. No zone's day begins within a quarter of an
 * hour, so it is asked once for each.
 */
const quarterMs = 15 * minuteMs;
const mostDays = 20_000;

/** The formatters of one language and one time zone. */
export type Formats = ReturnType<typeof makeFormats>;

export function makeFormats(locale: string, timeZone: string) {
  const format = (options: Intl.DateTimeFormatOptions) => {
    const formatter = new Intl.DateTimeFormat(locale, { ...options, timeZone });
    return (at: number) => formatter.format(at);
  };
  const isoDay = new Intl.DateTimeFormat('en-CA', { year: 'numeric', month: '2-digit', day: '2-digit', timeZone });
  const days = new Map<number, string>();
  return {
    locale,
    timeZone,
    timeOfDay: format({ timeStyle: 'short' }),
    weekdayTime: format({ weekday: 'short', hour: 'numeric', minute: '2-digit' }),
    monthDay: format({ month: 'short', day: 'numeric' }),
    monthDayYear: format({ month: 'short', day: 'numeric', year: 'numeric' }),
    dayHeader: format({ weekday: 'long', month: 'long', day: 'numeric' }),
    dayHeaderYear: format({ weekday: 'long', month: 'long', day: 'numeric', year: 'numeric' }),
    weekday: format({ weekday: 'short' }),
    exact: format({ dateStyle: 'full', timeStyle: 'long' }),
    /** "2026-10-25": the day of this zone's calendar. */
    isoDay(at: number): string {
      const quarter = Math.floor(at / quarterMs);
      const known = days.get(quarter);
      if (known !== undefined) return known;
      if (days.size >= mostDays) days.clear();
      const day = isoDay.format(at);
      days.set(quarter, day);
      return day;
    },
  };
}

/** Asking the system for its zone costs as much as formatting twenty times. */
const askedEveryMs = minuteMs;

/**
 * The formats of a system whose owner may travel: its language and zone are asked for again while Transom runs. `system` says both,
 * `monotonicNow` when they were last asked for.
 */
export function followSystem(system: () => { locale: string; timeZone: string }, monotonicNow: () => number) {
  let formats: Formats | null = null;
  let askedAt = 0;
  return {
    current(): Formats {
      if (formats !== null && monotonicNow() - askedAt < askedEveryMs) return formats;
      askedAt = monotonicNow();
      const { locale, timeZone } = system();
      if (formats?.locale !== locale || formats.timeZone !== timeZone) formats = makeFormats(locale, timeZone);
      return formats;
    },
    /** The system said that something changed: asks again at the next use. */
    forget: () => {
      formats = null;
    },
  };
}

const followed = followSystem(
  () => ({
    locale: usableLocale(typeof navigator === 'undefined' ? [] : navigator.languages, text.locale),
    timeZone: new Intl.DateTimeFormat().resolvedOptions().timeZone,
  }),
  () => performance.now(),
);
export const systemFormats = followed.current;
export const askSystemAgain = followed.forget;
