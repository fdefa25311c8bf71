import type { Message } from '@transom/shared';
import type { OutboxItem } from '../../contract/views.ts';
import { isSameDay, standTogether } from './bubble-groups.ts';
import { type Formats, systemFormats } from './formats.ts';

/** The one list that a thread is drawn from, oldest first, so that one virtualizer can hold it. */
export type ThreadItem =
  | { readonly kind: 'day'; readonly key: string; readonly at: number }
  | {
      readonly kind: 'message';
      readonly key: string;
      readonly message: Message;
      /** The first of its group keeps a distance from what is above; the last one shows name, time and state for all. */
      readonly isFirst: boolean;
      readonly isLast: boolean;
    }
  | { readonly kind: 'note'; readonly key: string; readonly message: Message }
  | { readonly kind: 'outbox'; readonly key: string; readonly item: OutboxItem };

type Made = { readonly messages: readonly Message[]; readonly items: readonly ThreadItem[]; readonly formats: Formats };

/**
 * The day of the oldest message is not an item: it is shown at the edge, above the list. As an item it would have to move when older
 * messages of that day arrive, and the reading position might be anchored to it.
 *
 * In a thread of thousands hardly any message has new neighbors: items made last time are reused.
 */
export function createThreadItems() {
  let last: Made | null = null;
  return (messages: readonly Message[], outbox: readonly OutboxItem[]): readonly ThreadItem[] => {
    const formats = systemFormats();
    const items = itemsOf(messages, last?.formats === formats ? last : null);
    last = { messages, items, formats };
    const unsent = waiting(messages, outbox);
    return unsent.length === 0
      ? items
      : [...items, ...unsent.map((item) => ({ kind: 'outbox' as const, key: item.clientMessageId, item }))];
  };
}

function itemsOf(messages: readonly Message[], last: Made | null): readonly ThreadItem[] {
  if (last === null) return messages.flatMap((_, index) => itemsAt(messages, index));
  if (last.messages === messages) return last.items;
  const head = sameAtStart(last.messages, messages);
  const tail = sameAtEnd(last.messages, messages, head);
  // The last before the change and the first after it have a new neighbor.
  const from = Math.max(0, head - 1);
  const until = messages.length - Math.max(0, tail - 1);
  const isOf = (message: Message | undefined) => (item: ThreadItem) => 'message' in item && item.message === message;
  const items = last.items.slice(0, from === 0 ? 0 : last.items.findLastIndex(isOf(messages[from - 1])) + 1);
  for (let index = from; index < until; index += 1) items.push(...itemsAt(messages, index));
  if (until === messages.length) return items;
  return items.concat(last.items.slice(last.items.findIndex(isOf(messages[until - 1])) + 1));
}

function sameAtStart(before: readonly Message[], now: readonly Message[]): number {
  let count = 0;
  while (count < Math.min(before.length, now.length) && before[count] === now[count]) count += 1;
  return count;
}

/** Without those that are the same at the start. */
function sameAtEnd(before: readonly Message[], now: readonly Message[], head: number): number {
  const most = Math.min(before.length, now.length) - head;
  let count = 0;
  while (count < most && before[before.length - 1 - count] === now[now.length - 1 - count]) count += 1;
  return count;
}

function itemsAt(messages: readonly Message[], index: number): ThreadItem[] {
  const [before, message, after] = [messages[index - 1], messages[index], messages[index + 1]];
  if (message === undefined) return [];
  const key = keyOf(message);
  const item: ThreadItem =
    message.direction === 'note'
      ? { kind: 'note', key, message }
      : {
          kind: 'message',
          key,
          message,
          isFirst: before === undefined || !standTogether(before, message),
          isLast: after === undefined || !standTogether(message, after),
        };
  if (before === undefined || isSameDay(before, message)) return [item];
  return [{ kind: 'day', key: `day-${message.id}`, at: message.sentAt }, item];
}

/** What the relay has accepted is among the messages already. It keeps its key, and with it its place. */
function waiting(messages: readonly Message[], outbox: readonly OutboxItem[]): readonly OutboxItem[] {
  if (outbox.length === 0) return outbox;
  const stored = new Set(messages.map(({ clientMessageId }) => clientMessageId));
  return outbox.filter(({ clientMessageId }) => !stored.has(clientMessageId));
}

function keyOf({ id, clientMessageId }: Message): string {
  return clientMessageId ?? id;
}
