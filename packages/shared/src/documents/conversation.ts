import * as z from 'zod';
import { channelSchema } from '../channels.ts';
import { channelTo2 } from '../policies-of-version-2.ts';
import type { conversationV1 } from '../recorded/v1/schemas.ts';
import type { conversationV2 } from '../recorded/v2/schemas.ts';
import { windowFactsSchema } from '../response-window.ts';
import { topicSchema } from '../topics.ts';
import { directionSchema, messageKindSchema, messageStateSchema } from './message.ts';
import { openWords, wordOr } from './open-words.ts';

export const contactSchema = z.object({
  id: z.string(),
  name: z.string().nullable(),
  username: z.string().nullable(),
  profileUrl: z.string().nullable(),
});
export type Contact = z.infer<typeof contactSchema>;

const stageSchema = z.enum(['new', 'talking', 'booked', 'won', 'lost']);
export const leadSchema = z.object({
  id: z.string(),
  topics: z.array(openWords(topicSchema)),
  stage: openWords(stageSchema),
});
export type Lead = z.infer<typeof leadSchema>;

export const handoffReasonSchema = z.enum(['social_dm_follow_up_needed', 'social_dm_policy_review']);
const handoffStateSchema = z.enum(['open', 'claimed', 'resolved']);
export const handoffSchema = z.object({
  id: z.string(),
  reason: openWords(handoffReasonSchema),
  state: openWords(handoffStateSchema),
  openedAt: z.number().int(),
  claimedBy: z.object({ id: z.string(), name: z.string() }).nullable(),
  /** A claim is a lease: after this moment the handoff counts as open again. */
  claimedUntil: z.number().int().nullable(),
});
export type Handoff = z.infer<typeof handoffSchema>;

const sourceKindSchema = z.enum(['dm', 'comment', 'story', 'ad']);
export const sourceSchema = z.object({
  kind: openWords(sourceKindSchema),
  postId: z.string().nullable(),
  commentId: z.string().nullable(),
  adTitle: z.string().nullable(),
});
export type Source = z.infer<typeof sourceSchema>;

export const conversationStateSchema = z.enum(['needs_answer', 'answered', 'done']);

/** One thread with one contact on one account, with everything that a row of the inbox and the composer need. */
export const conversationSchema = z.object({
  id: z.string(),
  rev: z.number().int(),
  accountId: z.string(),
  channel: channelSchema,
  contact: contactSchema,
  source: sourceSchema,
  /** `needs_answer` until someone answers or closes it: reading it does not change that. */
  state: openWords(conversationStateSchema),
  window: windowFactsSchema,
  lead: leadSchema.nullable(),
  handoff: handoffSchema.nullable(),
  lastMessage: z
    .object({
      id: z.string(),
      direction: openWords(directionSchema),
      kind: openWords(messageKindSchema),
      preview: z.string(),
      state: openWords(messageStateSchema),
      /** Who at the agency wrote it. */
      author: z.object({ id: z.string(), name: z.string() }).nullish(),
    })
    .nullable(),
  lastMessageAt: z.number().int(),
  /** The contact's newest reaction to a message of ours, with the beginning of that message; null once it is taken back. */
  lastReaction: z
    .object({ messageId: z.string(), emoji: z.string(), preview: z.string(), at: z.number().int() })
    .nullish(),
  /** When the first message since our last answer came: since then the person has been waiting. */
  unansweredSinceAt: z.number().int().nullable(),
  /** When we first answered, null before that: the first reply has a clock of its own. */
  firstAnsweredAt: z.number().int().nullable(),
  /** Set when Meta says that this person cannot get messages from us (blocked, deleted), until they come back or get one after all. */
  unreachable: z.boolean(),
  /** When the person was erased: a desk then drops whatever else it holds about them, drafts and unsent replies included. */
  erasedAt: z.number().int().nullable().default(null),
  /** Until when a person put it off; it is listed under Later until then. Null or missing when nobody did, and once the contact writes. */
  snoozedUntil: z.number().int().nullish(),
});
export type Conversation = z.infer<typeof conversationSchema>;

/** Somebody waits, or the state is one that this build does not know: better looked at once too often than forgotten. */
export function mayNeedAnswer({ state }: Pick<Conversation, 'state'>): boolean {
  return state === 'needs_answer' || state === 'unknown';
}

type Version2 = z.infer<typeof conversationV2>;

/**
 * A channel that an older desk does not know is sent as `internal`, whose rules it does not take for Meta's; the relay decides what may be
 * sent there. A state that is not known to be settled becomes one that waits for somebody.
 */
export function conversationTo2(conversation: Conversation): Version2 {
  const { channel, source, state, lead, handoff, lastMessage, snoozedUntil: _later, ...rest } = conversation;
  return {
    ...rest,
    channel: channelTo2(channel),
    source: { ...source, kind: wordOr(source.kind, 'dm') },
    state: wordOr(state, 'needs_answer'),
    lead: lead === null ? null : leadTo2(lead),
    handoff:
      handoff === null
        ? null
        : {
            ...handoff,
            reason: wordOr(handoff.reason, 'social_dm_follow_up_needed'),
            state: wordOr(handoff.state, 'open'),
          },
    lastMessage:
      lastMessage === null
        ? null
        : {
            ...lastMessage,
            direction: wordOr(lastMessage.direction, 'note'),
            kind: wordOr(lastMessage.kind, 'unsupported'),
            state: wordOr(lastMessage.state, lastMessage.direction === 'outbound' ? 'sent' : 'received'),
          },
  };
}

function leadTo2({ topics, stage, ...lead }: Lead): NonNullable<Version2['lead']> {
  return { ...lead, topics: topics.filter((topic) => topic !== 'unknown'), stage: wordOr(stage, 'talking') };
}

export function conversationTo1(conversation: Version2): z.infer<typeof conversationV1> {
  const { lastReaction: _lastReaction, erasedAt: _erasedAt, window, lastMessage, ...rest } = conversation;
  return { ...rest, window: windowTo1(window), lastMessage: lastMessage === null ? null : lastMessageTo1(lastMessage) };
}

function windowTo1({ comment, ...window }: Version2['window']): z.infer<typeof conversationV1>['window'] {
  if (comment === null) return { ...window, comment };
  const { isReplyOnItsWay: _later, ...known } = comment;
  return { ...window, comment: known };
}

function lastMessageTo1({ author: _later, ...message }: NonNullable<Version2['lastMessage']>) {
  return message;
}
