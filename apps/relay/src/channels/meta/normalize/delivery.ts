import type { ChannelEvent } from '../../../inbox/events.ts';
import { readExactObject } from '../exact-json.ts';
import { asId, asList, asRecord, asTime, type Shape } from '../shape.ts';
import { type Entry, unhandled, wordOf } from './entry.ts';
import { readMessaging } from './messaging.ts';
import type { MetaWebhooks } from './webhooks.ts';

export type NormalizedDelivery =
  | {
      readonly ok: true;
      /** Where the accounts of its events are; null for an object of no channel of ours. */
      readonly channel: string | null;
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
export function metaNormalizer(webhooks: readonly MetaWebhooks[]): (body: Buffer) => NormalizedDelivery {
  const readers = new MetaReaders(webhooks);
  return (body) => {
    const delivery = readExactObject(body.toString('utf8'));
    if (delivery === null)
      return { ok: false, detail: 'The body is not a JSON object, so no event can be read from it.' };
    const events: ChannelEvent[] = [];
    let signedAt: number | null = null;
    for (const item of asList(delivery.entry) ?? [delivery.entry]) {
      const entry = asRecord(item);
      const time = asTime(entry?.time);
      if (time !== null && time > (signedAt ?? 0)) signedAt = time;
      readers.readEntry(delivery.object, entry, events);
    }
    return { ok: true, channel: readers.channelOf(delivery.object), signedAt, events };
  };
}

/** Reads what is common to Meta's channels, and hands the rest to the channel that it is of. */
export class MetaReaders {
  readonly #channels: ReadonlyMap<unknown, string>;
  readonly #fields: ReadonlyMap<unknown, MetaWebhooks['fields'][string]>;

  constructor(webhooks: readonly MetaWebhooks[]) {
    this.#channels = new Map(webhooks.map(({ object, channel }) => [object, channel]));
    this.#fields = new Map(webhooks.flatMap(({ fields }) => Object.entries(fields)));
  }

  channelOf(object: unknown): string | null {
    return this.#channels.get(object) ?? null;
  }

  readEntry(object: unknown, shape: Shape | null, events: ChannelEvent[]): void {
    const entry: Entry = { id: asId(shape?.id), time: asTime(shape?.time) };
    const before = events.length;
    if (this.channelOf(object) === null) events.push(unhandled(entry.id, unknownObject(object)));
    else if (shape === null) events.push(unhandled(null, 'entry_unreadable'));
    // The "Test" button of Meta's dashboard speaks of an account 0 with made-up people.
    else if (entry.id === '0') events.push(unhandled(null, 'dashboard_test'));
    else this.#readItems(shape, entry, events);
    if (events.length === before) events.push(unhandled(entry.id, 'entry_empty'));
  }

  /** Every form that items come in; one entry may have several. */
  #readItems(shape: Shape, entry: Entry, events: ChannelEvent[]): void {
    for (const item of asList(shape.messaging) ?? []) events.push(readMessaging(item, entry));
    for (const item of asList(shape.standby) ?? []) events.push(readMessaging(item, entry));
    for (const change of asList(shape.changes) ?? []) events.push(this.readChange(asRecord(change), entry));
    // The form that the pages of Instagram Login print; `changes` is what is seen.
    if (shape.field !== undefined) events.push(this.readChange(shape, entry));
    // Names without values: the app is subscribed without "include values".
    if (shape.changed_fields !== undefined) events.push(unhandled(entry.id, 'changed_fields'));
  }

  readChange(change: Shape | null, entry: Entry): ChannelEvent {
    const value = asRecord(change?.value);
    if (change === null || value === null) return unhandled(entry.id, 'change_unreadable');
    const read = this.#fields.get(change.field);
    if (read !== undefined) return read(value, entry);
    // Samples of Meta wrap messaging items in `changes` too.
    return asRecord(value.sender) === null ? unhandled(entry.id, wordOf(change.field)) : readMessaging(value, entry);
  }
}

/** Meta signs for WhatsApp with the same secrets, and operators subscribe to it by mistake: worth a word of its own. */
function unknownObject(object: unknown): string {
  return object === 'whatsapp_business_account' ? 'whatsapp' : 'object_unknown';
}
