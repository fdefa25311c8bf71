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

export const isSameDay = (one: Message, other: Message): boolean => dayOf(one.sentAt) === dayOf(other.sentAt);
