import { dayMs, hourMs, minuteMs, secondMs } from '@transom/shared';
import { text } from '../text/en.ts';

/** Moments and durations in words. All moments are ms since 1970, shown in this computer's time zone. */
const timeOfDay = new Intl.DateTimeFormat(text.locale, { hour: 'numeric', minute: '2-digit' });
const weekdayTime = new Intl.DateTimeFormat(text.locale, { weekday: 'short', hour: 'numeric', minute: '2-digit' });
const monthDay = new Intl.DateTimeFormat(text.locale, { month: 'short', day: 'numeric' });
const monthDayYear = new Intl.DateTimeFormat(text.locale, { month: 'short', day: 'numeric', year: 'numeric' });
const dayHeader = new Intl.DateTimeFormat(text.locale, { weekday: 'long', month: 'long', day: 'numeric' });
const weekday = new Intl.DateTimeFormat(text.locale, { weekday: 'short' });
const exact = new Intl.DateTimeFormat(text.locale, { dateStyle: 'full', timeStyle: 'long' });
const dayKey = new Intl.DateTimeFormat('en-CA', { year: 'numeric', month: '2-digit', day: '2-digit' });

export const clockTime = (at: number): string => timeOfDay.format(at);
export const exactTime = (at: number): string => exact.format(at);
/** Equal for two moments of the same day of this computer's calendar. */
export const dayOf = (at: number): string => dayKey.format(at);

/** "Tue 2:14 PM", with the date when a weekday alone would be ambiguous. `now` null: always with the weekday. */
export function moment(at: number, now: number | null): string {
  if (now !== null && dayOf(at) === dayOf(now)) return timeOfDay.format(at);
  if (now !== null && Math.abs(at - now) > 3 * dayMs)
    return text.when.dateAndTime(monthDay.format(at), timeOfDay.format(at));
  return weekdayTime.format(at);
}

export function dayTitle(at: number, now: number | null): string {
  if (now !== null && dayOf(at) === dayOf(now)) return text.when.today;
  if (now !== null && dayOf(at) === dayOf(now - dayMs)) return text.when.yesterday;
  return dayHeader.format(at);
}

/** How long ago, as short as a list needs it: "now", "12 m", "5 h", "Tue", "Oct 3". Without a trusted time, the date. */
export function age(at: number, now: number | null): string {
  if (now === null) return monthDay.format(at);
  const passedMs = now - at;
  if (passedMs < minuteMs) return text.when.now;
  if (passedMs < hourMs) return text.when.minutes(Math.floor(passedMs / minuteMs));
  if (passedMs < dayMs) return text.when.hours(Math.floor(passedMs / hourMs));
  if (passedMs < 6 * dayMs) return weekday.format(at);
  return passedMs < 300 * dayMs ? monthDay.format(at) : monthDayYear.format(at);
}

/** A duration rounded down, so that it is never longer than the truth: "6 d 5 h", "19 h", "3 h 12 m", "48 m", "09:41". */
export function duration(ms: number): string {
  const left = Math.max(0, ms);
  const days = Math.floor(left / dayMs);
  const hours = Math.floor((left % dayMs) / hourMs);
  const minutes = Math.floor((left % hourMs) / minuteMs);
  if (days > 0) return text.when.daysHours(days, hours);
  if (hours >= 4) return text.when.hours(hours);
  if (hours > 0) return text.when.hoursMinutes(hours, minutes);
  if (left >= 10 * minuteMs) return text.when.minutes(minutes);
  return text.when.stopwatch(minutes, Math.floor((left % minuteMs) / secondMs));
}
