import { minuteMs } from '@transom/shared';
import { speech } from '../text/spoken.ts';

/**
 * Formatting a calendar day takes microseconds, and a long thread needs it thousands of times. No zone's day begins in the middle of a
 * quarter of an hour, so each quarter is formatted once.
 */
const quarterMs = 15 * minuteMs;
const maxDays = 20_000;

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
    /** Graphemes: what people see as one letter. */
    letters: new Intl.Segmenter(locale),
    exact: format({ dateStyle: 'full', timeStyle: 'long' }),
    /** "2026-10-25": the day of this zone's calendar. */
    isoDay(at: number): string {
      const quarter = Math.floor(at / quarterMs);
      const known = days.get(quarter);
      if (known !== undefined) return known;
      if (days.size >= maxDays) days.clear();
      const day = isoDay.format(at);
      days.set(quarter, day);
      return day;
    },
  };
}

let formats: Formats | null = null;

/** The formats of the language and time zone that the window follows now. */
export function systemFormats(): Formats {
  const { locale, timeZone } = speech.getState();
  if (formats?.locale !== locale || formats.timeZone !== timeZone) formats = makeFormats(locale, timeZone);
  return formats;
}
