import { type Message, minuteMs } from '@transom/shared';
import { dayOf } from './when.ts';

/** Consecutive messages of one sender, each within five minutes of the one before and as far on its way, stand together. */
const groupWithinMs = 5 * minuteMs;

/** Whether `next` continues what `before` began: one name, one time and one fate for both. */
export function standTogether(before: Message, next: Message): boolean {
  return (
    before.direction === next.direction &&
    next.direction !== 'note' &&
    before.state === next.state &&
    writerOf(before) === writerOf(next) &&
    next.sentAt - before.sentAt <= groupWithinMs &&
    isSameDay(before, next)
  );
}

function writerOf(message: Message): string | null {
  return message.author?.name ?? (message.origin === 'elsewhere' ? 'elsewhere' : null);
}

/**
 * Asking the calendar takes microseconds, and a long thread asks it thousands of times: each message is asked for once, until this
 * computer is in another zone.
 */
let days = new WeakMap<Message, string>();
let zoneOffset: number | null = null;

export function isSameDay(one: Message, other: Message): boolean {
  return dayOfMessage(one) === dayOfMessage(other);
}

function dayOfMessage(message: Message): string {
  const known = days.get(message);
  if (known !== undefined) return known;
  const day = dayOf(message.sentAt);
  days.set(message, day);
  return day;
}

/** Called before a thread is laid out. */
export function noticeZone(offset: number): void {
  if (zoneOffset !== offset) days = new WeakMap();
  zoneOffset = offset;
}
