import * as z from 'zod';
import { channelSchema } from './channels.ts';
import { windowFactsSchema } from './response-window.ts';
import { topicSchema } from './topics.ts';

/**
 * What travels on the change feed: whole documents, not diffs. A desk replaces what it has when `rev` is higher, so that
 * applying a page twice, or a snapshot over live changes, ends in the same tables. A desk reads what it stored itself without checking
 * it again, so fields that were added later are `nullish` or `optional`: documents from before do not have them.
 */
const rev = z.number().int();

export const accountSchema = z.object({
  id: z.string(),
  rev,
  channel: channelSchema,
  name: z.string(),
  username: z.string().nullable(),
  state: z.enum(['connected', 'reauth_required', 'disconnected']),
  /** Meta granted this account's app the Human Agent feature (replies up to 7 days, written by a person). */
  humanAgentApproved: z.boolean(),
  /** What is wrong with the whole account: a stable code, a sentence for people, and since when; null when all is well. */
  trouble: z.object({ code: z.string(), detail: z.string(), sinceAt: z.number().int() }).nullable().default(null),
});
export type Account = z.infer<typeof accountSchema>;

export const contactSchema = z.object({
  id: z.string(),
  name: z.string().nullable(),
  username: z.string().nullable(),
  profileUrl: z.string().nullable(),
});
export type Contact = z.infer<typeof contactSchema>;

export const leadSchema = z.object({
  id: z.string(),
  topics: z.array(topicSchema),
  stage: z.enum(['new', 'talking', 'booked', 'won', 'lost']),
});
export type Lead = z.infer<typeof leadSchema>;

export const handoffReasonSchema = z.enum(['social_dm_follow_up_needed', 'social_dm_policy_review']);
export const handoffSchema = z.object({
  id: z.string(),
  reason: handoffReasonSchema,
  state: z.enum(['open', 'claimed', 'resolved']),
  openedAt: z.number().int(),
  claimedBy: z.object({ id: z.string(), name: z.string() }).nullable(),
  /** A claim is a lease: after this moment the handoff counts as open again. */
  claimedUntil: z.number().int().nullable(),
});
export type Handoff = z.infer<typeof handoffSchema>;

export const sourceSchema = z.object({
  kind: z.enum(['dm', 'comment', 'story', 'ad']),
  postId: z.string().nullable(),
  commentId: z.string().nullable(),
  adTitle: z.string().nullable(),
});
export type Source = z.infer<typeof sourceSchema>;

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
 * queued → sending → sent → delivered → read      the way of a reply
 *    ▲        │  └──▶ failed                      Meta said no, or it can never be sent
 *    └────────┴─────▶ unconfirmed → sent | failed nobody knows whether it arrived; looked up, never repeated
 * received                                        everything that came in, and notes
 *
 * Every way there is, as the relay enforces it (`apps/relay/src/ledger/state-machine.ts`, compared by its test). Proof counts whatever
 * was believed before, and a proof may turn out to be another message's. `gone`: taken back, or one with another row.
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

/** A reference only: bytes of media are never stored (Meta's platform terms), and links of Meta expire. */
export const attachmentSchema = z.object({
  type: z.string(),
  url: z.string().nullable(),
  title: z.string().nullable(),
});
export type Attachment = z.infer<typeof attachmentSchema>;

export const messageSchema = z.object({
  id: z.string(),
  rev,
  conversationId: z.string(),
  direction: directionSchema,
  kind: messageKindSchema,
  /** Null where there is none, or where the person took it back. */
  text: z.string().nullable(),
  nativeMessageId: z.string().nullable(),
  clientMessageId: z.string().nullable(),
  /** Meta's time for what came in, the relay's time for what goes out. */
  sentAt: z.number().int(),
  receivedAt: z.number().int(),
  state: messageStateSchema,
  /** Where it was made: by the contact, at a desk, or by the business somewhere else (Instagram's own app). */
  origin: z.enum(['contact', 'desk', 'elsewhere']),
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
  /** Why it failed or waits: a stable code and a sentence for people. */
  failure: z.object({ code: z.string(), detail: z.string() }).nullable(),
  editedAt: z.number().int().nullable(),
  /** The person took it back: text and attachments are gone everywhere. */
  unsentAt: z.number().int().nullable(),
  reaction: z.string().nullable(),
  /** When the business hid this comment on the channel: it stays readable and needs no answer. */
  hiddenAt: z.number().int().nullable().default(null),
  /** When a queued message is tried next: the account is paused, Meta asked for patience, or the last try failed. Null when nothing is known to delay it; a time that is over means soon. */
  waitsUntil: z.number().int().nullish(),
});
export type Message = z.infer<typeof messageSchema>;

/** One thread with one contact on one account, with everything that a row of the inbox and the composer need. */
export const conversationSchema = z.object({
  id: z.string(),
  rev,
  accountId: z.string(),
  channel: channelSchema,
  contact: contactSchema,
  source: sourceSchema,
  /** `needs_answer` until someone answers or closes it: reading it does not change that. */
  state: z.enum(['needs_answer', 'answered', 'done']),
  window: windowFactsSchema,
  lead: leadSchema.nullable(),
  handoff: handoffSchema.nullable(),
  lastMessage: z
    .object({
      id: z.string(),
      direction: directionSchema,
      kind: messageKindSchema,
      preview: z.string(),
      state: messageStateSchema,
      /** Who of the agency wrote it. */
      author: z.object({ id: z.string(), name: z.string() }).nullish(),
    })
    .nullable(),
  lastMessageAt: z.number().int(),
  /** The contact's newest reaction to a message of ours, with the beginning of that message; null once it is taken back. */
  lastReaction: z
    .object({ messageId: z.string(), emoji: z.string(), preview: z.string(), at: z.number().int() })
    .nullish(),
  /** The first message since our last answer: what the person has been waiting for. */
  unansweredSinceAt: z.number().int().nullable(),
  /** Whether we ever answered: the first reply has a clock of its own. */
  firstAnsweredAt: z.number().int().nullable(),
  /** Set when Meta says that this person cannot get messages from us (blocked, deleted), until they come back or get one after all. */
  unreachable: z.boolean(),
  /** When the person was erased: a desk then drops whatever else it holds about them, drafts and unsent replies included. */
  erasedAt: z.number().int().nullable().default(null),
});
export type Conversation = z.infer<typeof conversationSchema>;
