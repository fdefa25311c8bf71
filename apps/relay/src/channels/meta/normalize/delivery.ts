import type { ChannelEvent } from '../../../inbox/events.ts';
import { readExactObject } from '../exact-json.ts';
import { asId, asList, asRecord, asTime, type Shape } from '../shape.ts';
import { type Entry, unhandled, wordOf } from './entry.ts';
import { readMessaging } from './messaging.ts';
import type { MetaWebhooks } from './webhooks.ts';

export type NormalizedDelivery =
  | {
      readonly ok: true;
      /** The channel of its events' accounts; null for an object that is none of our channels'. */
      readonly channel: string | null;
      /** When Meta signed it, by its own clock: the latest time of an entry; null if none has one. */
      readonly signedAt: number | null;
      readonly events: ChannelEvent[];
    }
  | { readonly ok: false; readonly detail: string };

/**
 * Reads a delivery from Meta as events, in the order of its items (which is not the order of their times). Pure and total: a shape that
 * cannot be read becomes one `unhandled` event and does not affect its neighbors. `ok: false` only if the body is not a JSON object, so
 * that nothing can be said about it.
 */
export function metaNormalizer(channels: readonly MetaWebhooks[]): (body: Buffer) => NormalizedDelivery {
  return (body) => {
    const delivery = readExactObject(body.toString('utf8'));
    if (delivery === null)
      return { ok: false, detail: 'The body is not a JSON object, so no event can be read from it.' };
    const webhooks = webhooksOf(channels, delivery.object);
    const events: ChannelEvent[] = [];
    let signedAt: number | null = null;
    for (const item of asList(delivery.entry) ?? [delivery.entry]) {
      const entry = asRecord(item);
      const time = asTime(entry?.time);
      if (time !== null && time > (signedAt ?? 0)) signedAt = time;
      if (webhooks === null) events.push(unhandled(asId(entry?.id), unknownObject(delivery.object)));
      else readEntry(webhooks, entry, events);
    }
    return { ok: true, channel: webhooks?.channel ?? null, signedAt, events };
  };
}

/** The channel that a delivery belongs to, by its `object`. */
export function webhooksOf(channels: readonly MetaWebhooks[], object: unknown): MetaWebhooks | null {
  return channels.find((channel) => channel.object === object) ?? null;
}

function readEntry(webhooks: MetaWebhooks, shape: Shape | null, events: ChannelEvent[]): void {
  const entry: Entry = { id: asId(shape?.id), time: asTime(shape?.time) };
  const before = events.length;
  if (shape === null) events.push(unhandled(null, 'entry_unreadable'));
  // The "Test" button of Meta's dashboard sends an account 0 with made-up people.
  else if (entry.id === '0') events.push(unhandled(null, 'dashboard_test'));
  else readItems(webhooks, shape, entry, events);
  if (events.length === before) events.push(unhandled(entry.id, 'entry_empty'));
}

/** Reads every form that items come in; one entry may have several. */
function readItems(webhooks: MetaWebhooks, shape: Shape, entry: Entry, events: ChannelEvent[]): void {
  for (const item of asList(shape.messaging) ?? []) events.push(readMessaging(item, entry));
  for (const item of asList(shape.standby) ?? []) events.push(readMessaging(item, entry));
  for (const change of asList(shape.changes) ?? []) events.push(readChange(webhooks, asRecord(change), entry));
  // The form documented for Instagram Login; `changes` is what actually arrives.
  if (shape.field !== undefined) events.push(readChange(webhooks, shape, entry));
  // Names without values: the app is subscribed without "include values".
  if (shape.changed_fields !== undefined) events.push(unhandled(entry.id, 'changed_fields'));
}

export function readChange({ fields }: MetaWebhooks, change: Shape | null, entry: Entry): ChannelEvent {
  const value = asRecord(change?.value);
  if (change === null || value === null) return unhandled(entry.id, 'change_unreadable');
  const { field } = change;
  const read = typeof field === 'string' && Object.hasOwn(fields, field) ? fields[field] : undefined;
  if (read !== undefined) return read(value, entry);
  // Meta's samples wrap messaging items in `changes` too.
  return asRecord(value.sender) === null ? unhandled(entry.id, wordOf(field)) : readMessaging(value, entry);
}

/** Meta signs for WhatsApp with the same secrets, and operators subscribe to it by mistake: worth a word of its own. */
function unknownObject(object: unknown): string {
  return object === 'whatsapp_business_account' ? 'whatsapp' : 'object_unknown';
}
