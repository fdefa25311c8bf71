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
      /** The first of its group keeps a distance from what is above; the last one carries name, time and fate of all. */
      readonly isFirst: boolean;
      readonly isLast: boolean;
    }
  | { readonly kind: 'note'; readonly key: string; readonly message: Message }
  | { readonly kind: 'outbox'; readonly key: string; readonly item: OutboxItem };

/**
 * The day of the oldest message is no item: it stands at the edge, above the list. Were it one, it would have to move when older
 * messages of that day come, and the place where the eye is could hang on it.
 */
export function threadItems(messages: readonly Message[], outbox: readonly OutboxItem[]): ThreadItem[] {
  const formats = systemFormats();
  const items: ThreadItem[] = [];
  let before: Message | undefined;
  for (let index = 0; index < messages.length; index += 1) {
    const message = messages[index];
    if (message === undefined) continue;
    for (const item of itemsOf(before, message, messages[index + 1], formats)) items.push(item);
    before = message;
  }
  for (const item of waiting(messages, outbox)) items.push({ kind: 'outbox', key: item.clientMessageId, item });
  return items;
}

/** In a thread of thousands hardly any message has other neighbours than before: what was made of it then is taken again. */
const made = new WeakMap<Message, Made>();
type Made = {
  readonly before: Message | undefined;
  readonly after: Message | undefined;
  readonly formats: Formats;
  readonly items: readonly ThreadItem[];
};

function itemsOf(
  before: Message | undefined,
  message: Message,
  after: Message | undefined,
  formats: Formats,
): readonly ThreadItem[] {
  const known = made.get(message);
  if (known !== undefined && known.before === before && known.after === after && known.formats === formats)
    return known.items;
  const items: ThreadItem[] = [];
  if (before !== undefined && !isSameDay(before, message))
    items.push({ kind: 'day', key: `day-${message.id}`, at: message.sentAt });
  const key = keyOf(message);
  if (message.direction === 'note') items.push({ kind: 'note', key, message });
  else
    items.push({
      kind: 'message',
      key,
      message,
      isFirst: before === undefined || !standTogether(before, message),
      isLast: after === undefined || !standTogether(message, after),
    });
  made.set(message, { before, after, formats, items });
  return items;
}

/** What the relay has taken is among the messages already. It keeps its key, and with it its place. */
function waiting(messages: readonly Message[], outbox: readonly OutboxItem[]): readonly OutboxItem[] {
  if (outbox.length === 0) return outbox;
  const stored = new Set(messages.map(({ clientMessageId }) => clientMessageId));
  return outbox.filter(({ clientMessageId }) => !stored.has(clientMessageId));
}

function keyOf({ id, clientMessageId }: Message): string {
  return clientMessageId ?? id;
}

/** What an item is likely to measure, in px, until it was drawn once. */
export function likelyHeight(item: ThreadItem | undefined): number {
  switch (item?.kind) {
    case undefined:
      return 0;
    case 'day':
      return 34;
    case 'note':
      return 50 + linesOf(item.message.text);
    case 'outbox':
      return 60 + linesOf(item.item.text);
    case 'message': {
      const { message, isFirst, isLast } = item;
      const head = message.kind === 'text' || message.kind === 'attachment' ? 0 : 30;
      return (
        (isFirst ? 12 : 3) +
        (isLast ? 20 : 0) +
        16 +
        head +
        linesOf(message.text) +
        message.attachments.length * 72 +
        (message.replyTo === null ? 0 : 46)
      );
    }
  }
}

const lineHeight = 20.3;
const lettersPerLine = 72;

function linesOf(words: string | null): number {
  if (words === null || words === '') return 0;
  let lines = 0;
  for (const line of words.split('\n')) lines += Math.max(1, Math.ceil(line.length / lettersPerLine));
  return lines * lineHeight;
}
