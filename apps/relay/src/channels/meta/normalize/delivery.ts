import type { ChannelEvent } from '../../../inbox/events.ts';
import { readExactObject } from '../exact-json.ts';
import { asId, asList, asRecord, asTime, type Shape } from '../shape.ts';
import { readFeed, readInstagramComment } from './comments.ts';
import { type Entry, unhandled, wordOf } from './entry.ts';
import { readMessaging } from './messaging.ts';

export type NormalizedDelivery =
  | {
      readonly ok: true;
      /** Where the accounts of its events are; null for an object that is neither. */
      readonly channel: 'instagram' | 'facebook' | null;
      /** When Meta signed it, by its own clock: the latest time of an entry; null where none has one. */
      readonly signedAt: number | null;
      readonly events: ChannelEvent[];
    }
  | { readonly ok: false; readonly detail: string };

/**
 * A delivery of Meta as events, in the order of its items (which is not the order of their times). Pure and total: a
 * shape that cannot be read becomes one `unhandled` event and leaves its neighbours alone. `ok: false` only where the
 * body is no JSON object, so that there is nothing to say about it.
 */
export function normalizeDelivery(body: Buffer): NormalizedDelivery {
  const delivery = readExactObject(body.toString('utf8'));
  if (delivery === null)
    return { ok: false, detail: 'The body is not a JSON object, so no event can be read from it.' };
  const events: ChannelEvent[] = [];
  let signedAt: number | null = null;
  for (const item of asList(delivery.entry) ?? [delivery.entry]) {
    const entry = asRecord(item);
    const time = asTime(entry?.time);
    if (time !== null && time > (signedAt ?? 0)) signedAt = time;
    readEntry(delivery.object, entry, events);
  }
  return { ok: true, channel: channelOf(delivery.object), signedAt, events };
}

export function channelOf(object: unknown): 'instagram' | 'facebook' | null {
  if (object === 'instagram') return 'instagram';
  return object === 'page' ? 'facebook' : null;
}

function readEntry(object: unknown, shape: Shape | null, events: ChannelEvent[]): void {
  const entry: Entry = { id: asId(shape?.id), time: asTime(shape?.time) };
  const before = events.length;
  if (object === 'whatsapp_business_account') events.push(unhandled(entry.id, 'whatsapp'));
  else if (object !== 'instagram' && object !== 'page') events.push(unhandled(entry.id, 'object_unknown'));
  else if (shape === null) events.push(unhandled(null, 'entry_unreadable'));
  // The "Test" button of Meta's dashboard speaks of an account 0 with made-up people.
  else if (entry.id === '0') events.push(unhandled(null, 'dashboard_test'));
  else readItems(shape, entry, events);
  if (events.length === before) events.push(unhandled(entry.id, 'entry_empty'));
}

/** Every form that items come in; one entry may have several. */
function readItems(shape: Shape, entry: Entry, events: ChannelEvent[]): void {
  for (const item of asList(shape.messaging) ?? []) events.push(readMessaging(item, entry));
  for (const item of asList(shape.standby) ?? []) events.push(readMessaging(item, entry));
  for (const change of asList(shape.changes) ?? []) events.push(readChange(asRecord(change), entry));
  // The form that the pages of Instagram Login print; `changes` is what is seen.
  if (shape.field !== undefined) events.push(readChange(shape, entry));
  // Names without values: the app is subscribed without "include values".
  if (shape.changed_fields !== undefined) events.push(unhandled(entry.id, 'changed_fields'));
}

export function readChange(change: Shape | null, entry: Entry): ChannelEvent {
  const value = asRecord(change?.value);
  if (change === null || value === null) return unhandled(entry.id, 'change_unreadable');
  switch (change.field) {
    case 'comments':
    case 'live_comments':
      return readInstagramComment(value, entry);
    case 'feed':
      return readFeed(value, entry);
    default:
      // Samples of Meta wrap messaging items in `changes` too.
      return asRecord(value.sender) === null ? unhandled(entry.id, wordOf(change.field)) : readMessaging(value, entry);
  }
}
