import * as z from 'zod';

/**
 * What a desk of version 2 reads, copied from it. Frozen: nothing here follows the present schemas, because desks that are out there
 * do not either. Like them it ignores fields that it does not know.
 */
const rev = z.number().int();
const time = z.number().int();
const channel = z.enum(['instagram', 'facebook', 'internal']);
const topic = z.enum(['pricing', 'availability', 'install_timing', 'service_area', 'product_fit', 'consult_booking']);
const named = z.object({ id: z.string(), name: z.string() });

export const accountV2 = z.object({
  id: z.string(),
  rev,
  channel,
  name: z.string(),
  username: z.string().nullable(),
  state: z.enum(['connected', 'reauth_required', 'disconnected']),
  humanAgentApproved: z.boolean(),
  trouble: z.object({ code: z.string(), detail: z.string(), sinceAt: time }).nullable().default(null),
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

export const messageV2 = z.object({
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
  hiddenAt: time.nullable().default(null),
  waitsUntil: time.nullish(),
});

export const conversationV2 = z.object({
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
    comment: z
      .object({
        messageId: z.string(),
        at: time,
        privateReplyUsedAt: time.nullable(),
        isReplyOnItsWay: z.boolean().optional(),
      })
      .nullable(),
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
    .object({
      id: z.string(),
      direction,
      kind: messageKind,
      preview: z.string(),
      state: messageState,
      author: named.nullish(),
    })
    .nullable(),
  lastMessageAt: time,
  lastReaction: z.object({ messageId: z.string(), emoji: z.string(), preview: z.string(), at: time }).nullish(),
  unansweredSinceAt: time.nullable(),
  firstAnsweredAt: time.nullable(),
  unreachable: z.boolean(),
  erasedAt: time.nullable().default(null),
});

export const agencyV2 = z.object({ id: z.string(), name: z.string(), plan: z.enum(['starter', 'plus', 'pro']) });
export const personV2 = z.object({ id: z.string(), name: z.string(), role: z.enum(['owner', 'agent', 'viewer']) });

export const helloV2 = z.object({
  protocol: z.number().int(),
  serverNow: time,
  deviceId: z.string(),
  agency: agencyV2,
  person: personV2,
});

/** A desk skips what it cannot read. What a relay says to it on purpose, it can read. */
const changeV2 = z.intersection(
  z.object({ seq: z.number().int(), id: z.string(), mergedInto: z.string().nullish() }),
  z.discriminatedUnion('entity', [
    z.object({ entity: z.literal('conversation'), document: conversationV2.nullable() }),
    z.object({ entity: z.literal('message'), document: messageV2.nullable() }),
    z.object({ entity: z.literal('account'), document: accountV2.nullable() }),
    z.object({ entity: z.literal('agency'), document: agencyV2.nullable() }),
  ]),
);
export const pageV2 = z.object({
  kind: z.enum(['snapshot', 'changes']),
  epoch: z.string(),
  first: z.boolean(),
  fromSeq: z.number().int().nullable(),
  toSeq: z.number().int().nullable(),
  changes: z.array(changeV2),
  caughtUp: z.boolean(),
  serverNow: time,
});

const refusalCodeV2 = z.enum([
  'window_closed',
  'not_started_by_contact',
  'claimed_by_other',
  'answered_meanwhile',
  'not_withdrawable',
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
  'internal_error',
  'not_confirmable',
]);
export const refusalV2 = z.object({
  code: refusalCodeV2,
  detail: z.string(),
  answer: z.object({ messageId: z.string(), by: z.string().nullable(), text: z.string(), sentAt: time }).optional(),
});
const refusedV2 = z.object({ ok: z.literal(false), refusal: refusalV2 });

export const commandAnswerV2 = z.union([
  z.object({ ok: z.literal(true), messageId: z.string().nullable(), state: z.enum(['queued', 'received']).nullable() }),
  refusedV2,
]);
export const historyAnswerV2 = z.union([
  z.object({ ok: z.literal(true), messages: z.array(messageV2), hasMore: z.boolean() }),
  refusedV2,
]);
export const timeAnswerV2 = time;
export const connectRefusalV2 = z.object({
  message: z.string(),
  data: z.object({ code: z.enum(['unauthorized', 'client_too_old', 'invalid_request', 'too_many_attempts']) }),
});
