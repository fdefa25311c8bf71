import * as z from 'zod';
import type { messageV1 } from '../recorded/v1/schemas.ts';
import type { messageV2 } from '../recorded/v2/schemas.ts';
import { en } from '../text/en.ts';
import { reasonSchema, sentenceOf } from '../text/reason.ts';
import { openWords, wordOr } from './open-words.ts';

export const directionSchema = z.enum(['inbound', 'outbound', 'note']);
export const messageKindSchema = z.enum([
  'text',
  'attachment',
  'story_mention',
  'story_reply',
  'postback',
  'unsupported',
  'comment',
  'private_reply',
  'note',
]);
export type MessageKind = z.infer<typeof messageKindSchema>;

/**
 * queued → sending → sent → delivered → read      the path of a reply
 *    ▲        │  └──▶ failed                      Meta said no, or it can never be sent
 *    └────────┴─────▶ unconfirmed → sent | failed nobody knows whether it arrived; looked up, never repeated
 * received                                        everything that came in, and notes
 *
 * Every transition, as the relay enforces it (`apps/relay/src/ledger/state-machine.ts`, compared by its test). Proof overrides whatever was
 * believed before, and may turn out to belong to another message. `gone`: taken back, or merged into another row.
 *
 *   queued:       sending, sent, delivered, read, failed, unconfirmed, gone
 *   sending:      queued, sent, delivered, read, failed, unconfirmed
 *   sent:         sent, delivered, read, unconfirmed, gone
 *   delivered:    sent, delivered, read, unconfirmed, gone
 *   read:         sent, delivered, read, unconfirmed, gone
 *   failed:       sent, delivered, read
 *   unconfirmed:  queued, sent, delivered, read, failed, unconfirmed
 *   received:     nothing
 */
export const messageStateSchema = z.enum([
  'queued',
  'sending',
  'sent',
  'delivered',
  'read',
  'failed',
  'unconfirmed',
  'received',
]);
export type MessageState = z.infer<typeof messageStateSchema>;

const originSchema = z.enum(['contact', 'desk', 'elsewhere']);

/** A reference only: bytes of media are never stored (Meta's platform terms), and Meta's links expire. `type` is whatever Meta calls it. */
export const attachmentSchema = z.object({
  type: z.string(),
  url: z.string().nullable(),
  title: z.string().nullable(),
});
export type Attachment = z.infer<typeof attachmentSchema>;

export const messageSchema = z.object({
  id: z.string(),
  rev: z.number().int(),
  conversationId: z.string(),
  direction: openWords(directionSchema),
  kind: openWords(messageKindSchema),
  /** Null where there is none, or where the person took it back. */
  text: z.string().nullable(),
  nativeMessageId: z.string().nullable(),
  clientMessageId: z.string().nullable(),
  /** Meta's time for what came in, the relay's time for what goes out. */
  sentAt: z.number().int(),
  receivedAt: z.number().int(),
  state: openWords(messageStateSchema),
  /** Where it was made: by the contact, at a desk, or by the business somewhere else (Instagram's own app). */
  origin: openWords(originSchema),
  author: z.object({ id: z.string(), name: z.string() }).nullable(),
  attachments: z.array(attachmentSchema),
  /** Meta's id of the message, comment or story that this one answers; possibly one that we never saw. */
  replyTo: z.string().nullable(),
  comment: z
    .object({
      commentId: z.string(),
      parentId: z.string().nullable(),
      postId: z.string().nullable(),
      permalink: z.string().nullable(),
    })
    .nullable(),
  /** Why it failed or waits. A relay before version 3 says it in a sentence. */
  failure: reasonSchema.nullable(),
  editedAt: z.number().int().nullable(),
  /** The person took it back: text and attachments are gone everywhere. */
  unsentAt: z.number().int().nullable(),
  reaction: z.string().nullable(),
  /** When the business hid this comment on the channel: it stays readable and needs no answer. */
  hiddenAt: z.number().int().nullable().default(null),
  /**
   * When a queued message is tried next: the account is paused, Meta asked for patience, or the last try failed. Null when nothing is known
   * to delay it; a past time means soon.
   */
  waitsUntil: z.number().int().nullish(),
});
export type Message = z.infer<typeof messageSchema>;

const placeSchema = z.object({ conversationId: z.string(), sentAt: z.number().int() });

/**
 * Reads the message `id`. One with a shape that this build cannot read keeps its place in its thread, but only its presence is shown. Null
 * when it does not say which thread and when. `rev` is used for one without a revision.
 */
export function readMessage(id: string, rev: number, document: unknown): Message | null {
  const parsed = messageSchema.safeParse(document);
  return parsed.success ? parsed.data : messageInPlace(id, revisionOf(document) ?? rev, document);
}

/** The revision of a document that may be of any shape. */
export function revisionOf(document: unknown): number | null {
  const rev: unknown = typeof document === 'object' && document !== null ? Reflect.get(document, 'rev') : null;
  return typeof rev === 'number' && Number.isSafeInteger(rev) ? rev : null;
}

function messageInPlace(id: string, rev: number, document: unknown): Message | null {
  const place = placeSchema.safeParse(document);
  if (!place.success) return null;
  const { conversationId, sentAt } = place.data;
  return {
    ...{ id, rev, conversationId, sentAt, receivedAt: sentAt },
    ...{ direction: 'unknown', kind: 'unknown', state: 'unknown', origin: 'unknown' },
    ...{ text: null, attachments: [], reaction: null, author: null, comment: null, failure: null, replyTo: null },
    ...{ nativeMessageId: null, clientMessageId: null, editedAt: null, unsentAt: null, hiddenAt: null },
  };
}

type Version2 = z.infer<typeof messageV2>;

/**
 * An unknown kind becomes one that Meta does not pass on, an unknown direction one that is on neither side of the thread. Why something
 * failed, older desks show in the words sent with it.
 */
export function messageTo2({ direction, kind, state, origin, failure, ...message }: Message): Version2 {
  return {
    ...message,
    direction: wordOr(direction, 'note'),
    kind: wordOr(kind, 'unsupported'),
    state: wordOr(state, direction === 'outbound' ? 'sent' : 'received'),
    origin: wordOr(origin, 'elsewhere'),
    failure: failure === null ? null : { code: failure.code, detail: sentenceOf(en, failure) },
  };
}

export function messageTo1({
  hiddenAt: _hiddenAt,
  waitsUntil: _waitsUntil,
  ...message
}: Version2): z.infer<typeof messageV1> {
  return message;
}
