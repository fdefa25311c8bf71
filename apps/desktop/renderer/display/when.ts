import { dayMs, hourMs, minuteMs, secondMs } from '@transom/shared';
import { text } from '../text/spoken.ts';
import { systemFormats } from './formats.ts';

/**
 * Moments and durations in words. All moments are ms since 1970, shown in this computer's time zone. Days are those of its calendar:
 * when the clocks change a day has 23 or 25 hours. Windows and countdowns are counted in real hours.
 */
export const clockTime = (at: number): string => systemFormats().timeOfDay(at);
export const exactTime = (at: number): string => systemFormats().exact(at);
/** Equal for two moments of the same day of this computer's calendar. */
export const dayOf = (at: number): string => systemFormats().isoDay(at);

/** How many midnights lie between two moments; negative when `at` comes after `now`. */
function daysSince(at: number, now: number, { isoDay } = systemFormats()): number {
  return Math.round((Date.parse(isoDay(now)) - Date.parse(isoDay(at))) / dayMs);
}

/** "Tue 2:14 PM", with the date when a weekday alone would be ambiguous. `now` null: always with the weekday. */
export function moment(at: number, now: number | null, formats = systemFormats()): string {
  if (now === null) return formats.weekdayTime(at);
  const days = daysSince(at, now, formats);
  if (days === 0) return formats.timeOfDay(at);
  if (Math.abs(days) <= 3) return formats.weekdayTime(at);
  return text.when.dateAndTime(formats.monthDay(at), formats.timeOfDay(at));
}

/** The same where a sentence says when something happened: "at 2:14 PM", "on Tue 2:14 PM". */
export function momentAt(at: number, now: number | null, formats = systemFormats()): string {
  const isToday = now !== null && daysSince(at, now, formats) === 0;
  return (isToday ? text.when.at : text.when.on)(moment(at, now, formats));
}

export function dayTitle(at: number, now: number | null, formats = systemFormats()): string {
  if (now === null) return formats.dayHeader(at);
  const days = daysSince(at, now, formats);
  if (days === 0) return text.when.today;
  if (days === 1) return text.when.yesterday;
  return days < 300 ? formats.dayHeader(at) : formats.dayHeaderYear(at);
}

/** How long ago, as short as a list needs it: "now", "12 m", "5 h", "Tue", "Oct 3". Without a trusted time, the date. */
export function age(at: number, now: number | null, formats = systemFormats()): string {
  if (now === null) return formats.monthDay(at);
  const passedMs = now - at;
  if (passedMs < minuteMs) return text.when.now;
  if (passedMs < hourMs) return text.when.minutes(Math.floor(passedMs / minuteMs));
  if (passedMs < dayMs) return text.when.hours(Math.floor(passedMs / hourMs));
  const days = daysSince(at, now, formats);
  if (days <= 6) return formats.weekday(at);
  return days < 300 ? formats.monthDay(at) : formats.monthDayYear(at);
}

/** The same inside a sentence: "just now", "12 m ago", "5 h ago", "Tue", "Oct 3". */
export function ago(at: number, now: number | null, formats = systemFormats()): string {
  const words = age(at, now, formats);
  if (now === null || now - at >= dayMs) return words;
  return now - at < minuteMs ? text.when.justNow : text.when.ago(words);
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
