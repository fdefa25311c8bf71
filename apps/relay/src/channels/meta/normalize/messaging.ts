import type { ChannelEvent } from '../../../inbox/events.ts';
import { asFlag, asId, asInteger, asRecord, asText, asTime, type Shape } from '../shape.ts';
import { type Entry, inThreadOf, unhandled, wordOf } from './entry.ts';
import type { Item } from './item.ts';
import { readMessage } from './messages.ts';
import { sourceOf } from './source.ts';

type Reader = (part: Shape, item: Item) => ChannelEvent;

/** The key that decides what an item is, most specific first: a message may also carry a `referral`. */
const readers: readonly (readonly [string, Reader])[] = [
  ['message', readMessage],
  ['postback', readPostback],
  ['reaction', readReaction],
  ['read', readRead],
  ['delivery', readDelivery],
  ['message_edit', readEdit],
  ['referral', readReferral],
];

/**
 * One item of `messaging[]` or `standby[]` as an event. Items in `standby` look the same: another app answers that thread, but the person
 * still wrote, and the window opens.
 */
export function readMessaging(value: unknown, entry: Entry): ChannelEvent {
  const shape = asRecord(value);
  if (shape === null) return unhandled(entry.id, 'messaging_unreadable');
  for (const [key, read] of readers) {
    const part = asRecord(shape[key]);
    if (part === null) continue;
    if (key === 'message_edit' && asInteger(part.num_edit) === 0) return unhandled(entry.id, 'message_edit_zero');
    const item = readItem(shape, part, entry);
    return item === null ? unhandled(entry.id, `${key}_incomplete`) : read(part, item);
  }
  return unhandled(entry.id, kindOf(shape));
}

function readItem(shape: Shape, part: Shape, entry: Entry): Item | null {
  const senderId = asId(asRecord(shape.sender)?.id);
  const recipientId = asId(asRecord(shape.recipient)?.id);
  const accountNativeId = entry.id ?? (asFlag(part.is_echo) ? senderId : recipientId);
  const at = asTime(shape.timestamp) ?? entry.time;
  return accountNativeId === null || at === null ? null : { shape, accountNativeId, senderId, recipientId, at };
}

/** The key that names an item which the inbox has no use for (thread control, opt-ins, policy notices). */
function kindOf(shape: Shape): string {
  return wordOf(Object.keys(shape).find((key) => key !== 'sender' && key !== 'recipient' && key !== 'timestamp'));
}

/** A tap on a button, an ice breaker or the menu. The title is what the person saw; the payload is ours. */
function readPostback(postback: Shape, item: Item): ChannelEvent {
  const { accountNativeId, senderId, at } = item;
  if (senderId === null) return unhandled(accountNativeId, 'postback_incomplete');
  const payload = asText(postback.payload);
  return {
    kind: 'message_received',
    accountNativeId,
    contact: { senderId, name: null, username: null },
    // Without an id of Meta's, the same tap must get the same id when it is delivered again.
    nativeMessageId: asId(postback.mid) ?? `postback:${senderId}:${at}:${payload?.slice(0, 100) ?? ''}`,
    sentAt: at,
    messageKind: 'postback',
    text: asText(postback.title) ?? payload,
    attachments: [],
    replyTo: null,
    source: sourceOf(postback.referral ?? item.shape.referral),
  };
}

function readReaction(reaction: Shape, { accountNativeId, senderId, at }: Item): ChannelEvent {
  const nativeMessageId = asId(reaction.mid);
  if (senderId === null || nativeMessageId === null) return unhandled(accountNativeId, 'reaction_incomplete');
  const sign = asText(reaction.emoji) ?? asText(reaction.reaction) ?? 'other';
  return {
    kind: 'reaction_received',
    accountNativeId,
    senderId,
    nativeMessageId,
    reaction: reaction.action === 'unreact' ? null : sign,
    at,
  };
}

/** Instagram names the message that was read, Messenger a time. */
function readRead(read: Shape, { accountNativeId, senderId }: Item): ChannelEvent {
  const nativeMessageId = asId(read.mid);
  const at = asTime(read.watermark);
  if (senderId === null) return unhandled(accountNativeId, 'read_incomplete');
  if (nativeMessageId !== null) return { kind: 'messages_read', accountNativeId, senderId, upTo: { nativeMessageId } };
  if (at !== null) return { kind: 'messages_read', accountNativeId, senderId, upTo: { at } };
  return unhandled(accountNativeId, 'read_incomplete');
}

function readDelivery(delivery: Shape, { accountNativeId, senderId }: Item): ChannelEvent {
  const at = asTime(delivery.watermark);
  if (senderId === null || at === null) return unhandled(accountNativeId, 'delivery_incomplete');
  return { kind: 'messages_delivered', accountNativeId, senderId, upTo: { at } };
}

/** `num_edit` 0 accompanies ordinary messages and is not an edit (seen in several projects, 2026); it does not get here. */
function readEdit(edit: Shape, { accountNativeId, senderId, recipientId, at }: Item): ChannelEvent {
  const nativeMessageId = asId(edit.mid);
  const text = asText(edit.text);
  if (nativeMessageId === null || text === null) return unhandled(accountNativeId, 'message_edit_incomplete');
  const person = senderId === accountNativeId ? recipientId : senderId;
  return { kind: 'message_edited', ...inThreadOf(person), accountNativeId, nativeMessageId, text, at };
}

/** An existing thread entered by a link. On a new thread the referral comes inside the first message instead. */
function readReferral(referral: Shape, { accountNativeId, senderId, at }: Item): ChannelEvent {
  if (senderId === null) return unhandled(accountNativeId, 'referral_incomplete');
  return { kind: 'thread_entered', accountNativeId, senderId, at, byAd: referral.source === 'ADS' };
}
