import type { Message } from '@transom/shared';
import type { OutboxItem, Row } from '../../contract/views.ts';
import { mergeMessages } from '../display/merge-messages.ts';
import type { ThreadState } from './thread-state.ts';

/** The part of a thread that is held here, and whether there is more before it. */
export type Held = Pick<ThreadState, 'messages' | 'hasMore' | 'olderUnreachable'>;
type Reach = Omit<Held, 'messages'>;
/** What was announced while pages were being read; it is newer than the pages. */
export type Told = { row: Row | null; outbox: readonly OutboxItem[] | null; readonly gone: Set<string> };

export const reachOf = ({ hasMore, olderUnreachable }: Reach): Reach => ({ hasMore, olderUnreachable });
export const mayHaveOlder = ({ hasMore, olderUnreachable }: Reach): boolean => hasMore || olderUnreachable;

/** A message older than the oldest one here comes with its page; added earlier, it would leave a gap. */
export const joins = ({ sentAt }: Message, held: Held): boolean =>
  !mayHaveOlder(held) || held.messages[0] === undefined || sentAt >= held.messages[0].sentAt;

/** What was read, plus what is here `now` and was not `before`, minus what is gone. */
export function upToDate(held: Held, before: readonly Message[], now: readonly Message[], { gone }: Told): Held {
  const known = new Set(before);
  const arrived = now.filter((message) => !known.has(message) && joins(message, held));
  return { ...held, messages: without(mergeMessages(held.messages, arrived), gone) };
}

/** The same list if nothing of it is gone. */
export function without(messages: readonly Message[], gone: ReadonlySet<string>): readonly Message[] {
  if (gone.size === 0 || !messages.some(({ id }) => gone.has(id))) return messages;
  return messages.filter(({ id }) => !gone.has(id));
}
