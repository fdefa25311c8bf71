import { readFileSync } from 'node:fs';
import { attachmentSchema, sourceSchema } from '@transom/shared';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { ChannelEvent } from '../../../inbox/events.ts';
import { normalizeDelivery } from '../../all.ts';

const samples = Object.values(
  JSON.parse(readFileSync(new URL('./webhook-samples.json', import.meta.url), 'utf8')) as Record<string, Json>,
);

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

const id = z.string().min(1);
const time = z.number().int().min(1).max(1e14);
const text = z.string().min(1).nullable();
const contact = z.strictObject({ senderId: id, name: text, username: text });
const onAccount = { accountNativeId: id };
const content = { nativeMessageId: id, sentAt: time, text, attachments: z.array(attachmentSchema.strict()) };

/** The contract of `inbox/events.ts`, checked at run time: not one key more or less. */
const eventSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('message_received'),
    ...onAccount,
    ...content,
    contact,
    messageKind: z.enum(['text', 'attachment', 'story_mention', 'story_reply', 'postback', 'unsupported']),
    replyTo: id.nullable(),
    source: sourceSchema.strict(),
  }),
  z.strictObject({
    kind: z.literal('echo_received'),
    ...onAccount,
    ...content,
    recipientId: id,
    clientReference: text,
  }),
  z.strictObject({
    kind: z.literal('comment_received'),
    ...onAccount,
    contact: contact.nullable(),
    commentId: id,
    parentId: id.nullable(),
    postId: id.nullable(),
    permalink: text,
    sentAt: time,
    text,
    adTitle: text,
    own: z.boolean(),
  }),
  z.strictObject({
    kind: z.literal('comment_changed'),
    ...onAccount,
    senderId: id.optional(),
    commentId: id,
    change: z.enum(['edited', 'removed', 'hidden', 'shown']),
    text,
    at: time,
  }),
  z.strictObject({
    kind: z.literal('message_unsent'),
    ...onAccount,
    senderId: id.optional(),
    nativeMessageId: id,
    at: time,
  }),
  z.strictObject({
    kind: z.literal('message_edited'),
    ...onAccount,
    senderId: id.optional(),
    nativeMessageId: id,
    text: z.string().min(1),
    at: time,
  }),
  z.strictObject({
    kind: z.literal('reaction_received'),
    ...onAccount,
    senderId: id,
    nativeMessageId: id,
    reaction: text,
    at: time,
  }),
  z.strictObject({
    kind: z.literal('messages_read'),
    ...onAccount,
    senderId: id,
    upTo: z.union([z.strictObject({ nativeMessageId: id }), z.strictObject({ at: time })]),
  }),
  z.strictObject({
    kind: z.literal('messages_delivered'),
    ...onAccount,
    senderId: id,
    upTo: z.strictObject({ at: time }),
  }),
  z.strictObject({ kind: z.literal('thread_entered'), ...onAccount, senderId: id, at: time, byAd: z.boolean() }),
  z.strictObject({
    kind: z.literal('unhandled'),
    accountNativeId: id.nullable(),
    what: z.string().regex(/^[a-z][a-z0-9_]*$/),
  }),
]) satisfies z.ZodType<ChannelEvent>;

/** One change somewhere in a payload: `where` picks a place among all, `how` what happens there. */
type Mutation = {
  readonly where: number;
  readonly how: 'replace' | 'remove' | 'repeat' | 'rename';
  readonly value: Json;
};

const keys = [
  '__proto__',
  'constructor',
  'message',
  'messaging',
  'changes',
  'id',
  'from',
  'payload',
  'toString',
  'field',
  'value',
];
const leaf = fc.oneof(
  fc.constantFrom<Json>(
    null,
    true,
    false,
    0,
    -1,
    1e20,
    2 ** 60,
    1790000014,
    '',
    '0',
    'add',
    'comment',
    '1790000014',
    'https://x.example/',
    '\u0000\ud800',
  ),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.string({ maxLength: 8 }),
);
const { json } = fc.letrec<{ json: Json }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    leaf,
    fc.array(tie('json'), { maxLength: 3 }),
    fc.dictionary(fc.oneof(fc.constantFrom(...keys), fc.string({ maxLength: 5 })), tie('json'), { maxKeys: 4 }),
  ),
}));
const mutation: fc.Arbitrary<Mutation> = fc.record({
  where: fc.nat(500),
  how: fc.constantFrom('replace', 'remove', 'repeat', 'rename'),
  value: json,
});

describe('normalizeDelivery', () => {
  it('answers every mutation of a real payload with well-formed events', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...samples),
        fc.array(mutation, { minLength: 1, maxLength: 4 }),
        (sample, mutations) => {
          const delivery = structuredClone(sample);
          for (const one of mutations) mutate(delivery, one);
          expectWellFormed(JSON.stringify(delivery), true);
        },
      ),
      { numRuns: 15_000 },
    );
  });

  it('answers any JSON', () => {
    fc.assert(
      fc.property(fc.constantFrom('instagram', 'page', null), json, (object, entry) => {
        expectWellFormed(JSON.stringify(entry), typeof entry === 'object' && entry !== null && !Array.isArray(entry));
        expectWellFormed(JSON.stringify({ object, entry }), true);
      }),
      { numRuns: 5_000 },
    );
  });

  it('answers any sequence of bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        normalizeDelivery(Buffer.from(bytes));
      }),
      { numRuns: 3_000 },
    );
  });
});

function expectWellFormed(body: string, isObject: boolean): void {
  const normalized = normalizeDelivery(Buffer.from(body));
  if (normalized.ok !== isObject) throw new Error(`ok is ${normalized.ok} for ${body}`);
  if (!normalized.ok) return;
  for (const event of normalized.events) eventSchema.parse(event);
  if (({} as { polluted?: unknown }).polluted !== undefined) expect.fail('Object.prototype was changed.');
}

/** Applies a mutation in place; the top object stays an object. */
function mutate(root: Json, { where, how, value }: Mutation): void {
  const places = placesIn(root);
  const place = places[where % places.length];
  if (place === undefined) return;
  const { holder, key } = place;
  const old = holder[key] as Json;
  if (how === 'replace') put(holder, key, structuredClone(value));
  else if (how === 'repeat') put(holder, key, [old, structuredClone(old)]);
  else if (Array.isArray(holder)) holder.splice(Number(key), 1);
  else {
    delete holder[key];
    if (how === 'rename') put(holder, keys[where % keys.length] as string, old);
  }
}

/** Sets an own key, even `__proto__`, which plain assignment would take for the prototype. */
function put(holder: Record<string, Json>, key: string, value: Json): void {
  Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true });
}

type Place = { readonly holder: Record<string, Json>; readonly key: string };

function placesIn(value: Json): Place[] {
  if (typeof value !== 'object' || value === null) return [];
  const holder = value as Record<string, Json>;
  return Object.keys(holder).flatMap((key) => [{ holder, key }, ...placesIn(holder[key] as Json)]);
}
