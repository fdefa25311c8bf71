import * as z from 'zod';

/**
 * What a desk of version 1 reads, copied from it. Frozen: nothing here follows the present schemas, because desks that are out there
 * do not either. Like them it ignores fields that it does not know.
 */
const rev = z.number().int();
const time = z.number().int();
const channel = z.enum(['instagram', 'facebook', 'internal']);
const topic = z.enum(['pricing', 'availability', 'install_timing', 'service_area', 'product_fit', 'consult_booking']);
const named = z.object({ id: z.string(), name: z.string() });

export const accountV1 = z.object({
  id: z.string(),
  rev,
  channel,
  name: z.string(),
  username: z.string().nullable(),
  state: z.enum(['connected', 'reauth_required', 'disconnected']),
  humanAgentApproved: z.boolean(),
});

const direction = z.enum(['inbound', 'outbound', 'note']);
const messageKind = z.enum([
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
const messageState = z.enum(['queued', 'sending', 'sent', 'delivered', 'read', 'failed', 'unconfirmed', 'received']);

export const messageV1 = z.object({
  id: z.string(),
  rev,
  conversationId: z.string(),
  direction,
  kind: messageKind,
  text: z.string().nullable(),
  nativeMessageId: z.string().nullable(),
  clientMessageId: z.string().nullable(),
  sentAt: time,
  receivedAt: time,
  state: messageState,
  origin: z.enum(['contact', 'desk', 'elsewhere']),
  author: named.nullable(),
  attachments: z.array(z.object({ type: z.string(), url: z.string().nullable(), title: z.string().nullable() })),
  replyTo: z.string().nullable(),
  comment: z
    .object({
      commentId: z.string(),
      parentId: z.string().nullable(),
      postId: z.string().nullable(),
      permalink: z.string().nullable(),
    })
    .nullable(),
  failure: z.object({ code: z.string(), detail: z.string() }).nullable(),
  editedAt: time.nullable(),
  unsentAt: time.nullable(),
  reaction: z.string().nullable(),
});

export const conversationV1 = z.object({
  id: z.string(),
  rev,
  accountId: z.string(),
  channel,
  contact: z.object({
    id: z.string(),
    name: z.string().nullable(),
    username: z.string().nullable(),
    profileUrl: z.string().nullable(),
  }),
  source: z.object({
    kind: z.enum(['dm', 'comment', 'story', 'ad']),
    postId: z.string().nullable(),
    commentId: z.string().nullable(),
    adTitle: z.string().nullable(),
  }),
  state: z.enum(['needs_answer', 'answered', 'done']),
  window: z.object({
    openedAt: time.nullable(),
    openedBy: z.string().nullable(),
    byAd: z.boolean(),
    comment: z.object({ messageId: z.string(), at: time, privateReplyUsedAt: time.nullable() }).nullable(),
  }),
  lead: z
    .object({ id: z.string(), topics: z.array(topic), stage: z.enum(['new', 'talking', 'booked', 'won', 'lost']) })
    .nullable(),
  handoff: z
    .object({
      id: z.string(),
      reason: z.enum(['social_dm_follow_up_needed', 'social_dm_policy_review']),
      state: z.enum(['open', 'claimed', 'resolved']),
      openedAt: time,
      claimedBy: named.nullable(),
      claimedUntil: time.nullable(),
    })
    .nullable(),
  lastMessage: z
    .object({ id: z.string(), direction, kind: messageKind, preview: z.string(), state: messageState })
    .nullable(),
  lastMessageAt: time,
  unansweredSinceAt: time.nullable(),
  firstAnsweredAt: time.nullable(),
  unreachable: z.boolean(),
});

export const agencyV1 = z.object({ id: z.string(), name: z.string(), plan: z.enum(['starter', 'plus', 'pro']) });
const personV1 = z.object({ id: z.string(), name: z.string(), role: z.enum(['owner', 'agent', 'viewer']) });

export const helloV1 = z.object({
  protocol: z.number().int(),
  serverNow: time,
  deviceId: z.string(),
  agency: agencyV1,
  person: personV1,
});

/** A desk skips what it cannot read. What a relay says to it on purpose, it can read. */
const changeV1 = z.intersection(
  z.object({ seq: z.number().int(), id: z.string() }),
  z.discriminatedUnion('entity', [
    z.object({ entity: z.literal('conversation'), document: conversationV1.nullable() }),
    z.object({ entity: z.literal('message'), document: messageV1.nullable() }),
    z.object({ entity: z.literal('account'), document: accountV1.nullable() }),
    z.object({ entity: z.literal('agency'), document: agencyV1.nullable() }),
  ]),
);
export const pageV1 = z.object({
  kind: z.enum(['snapshot', 'changes']),
  epoch: z.string(),
  first: z.boolean(),
  fromSeq: z.number().int().nullable(),
  toSeq: z.number().int().nullable(),
  changes: z.array(changeV1),
  caughtUp: z.boolean(),
  serverNow: time,
});
export type PageV1 = z.infer<typeof pageV1>;

const refusalCodeV1 = z.enum([
  'window_closed',
  'not_started_by_contact',
  'claimed_by_other',
  'private_reply_used',
  'plan_upgrade_required',
  'account_disconnected',
  'recipient_unavailable',
  'text_too_long',
  'text_empty',
  'forbidden',
  'policy_refused',
  'id_reused',
  'invalid_request',
  'unauthorized',
  'code_invalid',
  'too_many_attempts',
  'not_found',
  'body_too_large',
  'not_stored',
  'client_too_old',
  'not_configured',
  'not_confirmable',
]);
const refusedV1 = z.object({ ok: z.literal(false), refusal: z.object({ code: refusalCodeV1, detail: z.string() }) });

export const commandAnswerV1 = z.union([
  z.object({ ok: z.literal(true), messageId: z.string().nullable(), state: z.enum(['queued', 'received']).nullable() }),
  refusedV1,
]);
export const historyAnswerV1 = z.union([
  z.object({ ok: z.literal(true), messages: z.array(messageV1), hasMore: z.boolean() }),
  refusedV1,
]);
export const timeAnswerV1 = time;
export const connectRefusalV1 = z.object({
  message: z.string(),
  data: z.object({ code: z.enum(['unauthorized', 'client_too_old', 'invalid_request']) }),
});
