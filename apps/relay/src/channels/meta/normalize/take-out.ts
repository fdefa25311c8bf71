import { type ChannelEvent, takesBack, timeOf, type Unwanted, wordsOf } from '../../../inbox/events.ts';
import { readExactObject } from '../exact-json.ts';
import { asFlag, asId, asList, asRecord, asTime, type Shape } from '../shape.ts';
import { readChange, webhooksOf } from './delivery.ts';
import type { Entry } from './entry.ts';
import { readMessaging } from './messaging.ts';
import type { MetaWebhooks } from './webhooks.ts';

/** `body` is empty if nothing is left. `nativeIds` are the messages and comments that the removed items are about. */
export type TakenOut = { readonly body: Buffer; readonly nativeIds: ReadonlySet<string> };

/**
 * Returns the delivery without the items that carry the words of unwanted messages or name unwanted people, each on its own account; null
 * if it has no such items. An item that only answers an unwanted message stays, as does every other item: of another account, of an account
 * that nobody has connected yet, of an unknown shape. Long numbers keep all their digits.
 */
export function metaTakeOut(channels: readonly MetaWebhooks[]) {
  return (body: Buffer, unwanted: readonly Unwanted[]): TakenOut | null => takeOut(channels, body, unwanted);
}

function takeOut(channels: readonly MetaWebhooks[], body: Buffer, unwanted: readonly Unwanted[]): TakenOut | null {
  const delivery = readExactObject(body.toString('utf8'));
  const webhooks = webhooksOf(channels, delivery?.object);
  const wanted = unwanted.filter((one) => one.channel === webhooks?.channel);
  if (delivery === null || webhooks === null || wanted.length === 0) return null;
  const taking = new Taking(webhooks, wanted);
  const isList = Array.isArray(delivery.entry);
  const entries = (asList(delivery.entry) ?? [delivery.entry]).flatMap((entry) => taking.restOf(entry));
  if (taking.count === 0) return null;
  const rest = entries.length === 0 ? '' : JSON.stringify({ ...delivery, entry: isList ? entries : entries[0] });
  return { body: Buffer.from(rest), nativeIds: taking.nativeIds };
}

class Taking {
  readonly #webhooks: MetaWebhooks;
  readonly #unwanted: readonly Unwanted[];
  readonly nativeIds = new Set<string>();
  count = 0;

  constructor(webhooks: MetaWebhooks, unwanted: readonly Unwanted[]) {
    this.#webhooks = webhooks;
    this.#unwanted = unwanted;
  }

  /** The entry without its unwanted items; empty if nothing else was in it. */
  restOf(value: unknown): unknown[] {
    const shape = asRecord(value);
    if (shape === null) return [value];
    const entry: Entry = { id: asId(shape.id), time: asTime(shape.time) };
    const before = this.count;
    const rest: Record<string, unknown> = { ...shape };
    for (const list of ['messaging', 'standby'] as const) {
      rest[list] = this.#restOfList(shape[list], (item) => this.#isUnwantedMessaging(asRecord(item), entry));
    }
    rest.changes = this.#restOfList(shape.changes, (item) => this.#isUnwantedChange(asRecord(item), entry));
    // The flat form: the entry itself is the change.
    if (shape.field !== undefined && this.#isUnwantedChange(shape, entry)) {
      delete rest.field;
      delete rest.value;
    }
    if (this.count === before) return [value];
    for (const list of ['messaging', 'standby', 'changes']) if (rest[list] === undefined) delete rest[list];
    return ['messaging', 'standby', 'changes', 'field', 'changed_fields'].some((key) => key in rest) ? [rest] : [];
  }

  #restOfList(list: unknown, isUnwanted: (item: unknown) => boolean): unknown {
    const items = asList(list);
    if (items === null) return list;
    const rest = items.filter((item) => !isUnwanted(item));
    return rest.length === 0 && items.length > 0 ? undefined : rest;
  }

  #isUnwantedMessaging(item: Shape | null, entry: Entry): boolean {
    if (item === null) return false;
    const parts = [item.message, item.message_edit, item.postback].map(asRecord);
    const own = parts.map((part) => asId(part?.mid));
    const accountId = entry.id ?? asId(asRecord(asFlag(parts[0]?.is_echo) ? item.sender : item.recipient)?.id);
    return this.#isUnwanted(item, accountId, readMessaging(item, entry), own);
  }

  #isUnwantedChange(change: Shape | null, entry: Entry): boolean {
    const value = asRecord(change?.value);
    if (change === null || value === null) return false;
    if (asRecord(value.sender) !== null) return this.#isUnwantedMessaging(value, entry);
    return this.#isUnwanted(value, entry.id, readChange(this.#webhooks, change, entry), []);
  }

  #isUnwanted(item: Shape, accountId: string | null, event: ChannelEvent, own: readonly (string | null)[]): boolean {
    const unwanted = this.#unwanted.find((one) => one.accountNativeId === accountId);
    if (unwanted === undefined) return false;
    // An event that takes words back carries none, and is needed. Any other change of a comment may repeat its words.
    const carried = event.kind === 'comment_changed' ? event.commentId : wordsOf(event);
    const ids = takesBack(event) === null ? [...own, carried].filter((id) => id !== null) : [];
    const isOwn = ids.some((id) => unwanted.nativeIds.has(id));
    // An event without a time counts as older than any erasure.
    const at = timeOf(event) ?? 0;
    if (!isOwn && !(unwanted.senders.size > 0 && names(item, unwanted.senders, at))) return false;
    for (const id of [...ids, aboutOf(event)]) if (id !== null) this.nativeIds.add(id);
    this.count += 1;
    return true;
  }
}

/** The message or comment that the event is about, with or without words of its own. */
function aboutOf(event: ChannelEvent): string | null {
  if ('nativeMessageId' in event) return event.nativeMessageId;
  if ('commentId' in event) return event.commentId;
  return event.kind === 'messages_read' && 'nativeMessageId' in event.upTo ? event.upTo.nativeMessageId : null;
}

/**
 * Whether the item contains one of these people's ids as a whole value (never part of a longer id, never within a text) and happened while
 * they were unwanted.
 */
function names(item: unknown, people: ReadonlyMap<string, number>, at: number): boolean {
  const open = [item];
  while (open.length > 0) {
    const value = open.pop();
    if (typeof value === 'object' && value !== null) for (const part of Object.values(value)) open.push(part);
    else if (typeof value === 'string' || typeof value === 'number') {
      const until = people.get(String(value));
      if (until !== undefined && at <= until) return true;
    }
  }
  return false;
}
