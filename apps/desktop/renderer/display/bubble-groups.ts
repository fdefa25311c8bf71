import { type Message, minuteMs } from '@transom/shared';
import { dayOf } from './when.ts';

/** Consecutive messages of one sender are grouped if each follows the one before within five minutes and has the same state. */
const groupWithinMs = 5 * minuteMs;

/** Whether `next` joins the group of `before`: one name, one time and one state for both. */
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

export const isSameDay = (one: Message, other: Message): boolean => dayOf(one.sentAt) === dayOf(other.sentAt);
