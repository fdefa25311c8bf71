import * as z from 'zod';
import { dayMs } from './time.ts';

/**
 * The response window: until when Meta lets a business answer a person.
 *
 *   none ──(comment)──▶ private_reply ──(used, or 7 days)──▶ closed
 *   any  ──(the person writes, taps, reacts)──▶ standard | ad ──(24 h)──▶ human_agent ──(7 days)──▶ closed
 *
 * `human_agent` exists only for accounts that Meta granted the feature; for all others `standard` ends in `closed`.
 * Sources: Messenger Platform policy page as of 28 September 2026 (24 hours, ad clicks up to 7 days), Human Agent page and
 * Private Replies pages as of April to July 2026 (7 days, one message a comment).
 */
export const windowKindSchema = z.enum(['standard', 'ad', 'human_agent', 'private_reply', 'closed', 'none']);
export type WindowKind = z.infer<typeof windowKindSchema>;

export const standardWindowMs = dayMs;
export const humanAgentWindowMs = 7 * dayMs;
export const privateReplyWindowMs = 7 * dayMs;

/** Version of these rules, written beside every decision so that it can be explained later. */
export const windowRulesVersion = '2026-09-28';

/** What was observed; the window itself is never stored, because it changes with the time of day. */
export const windowFactsSchema = z.object({
  /** When the person last did something that opens the window, by Meta's clock and never later than we saw it. */
  openedAt: z.number().int().nullable(),
  /** The message that opened it: the proof behind the clock. */
  openedBy: z.string().nullable(),
  /** The person came by an ad. Meta may allow up to 7 days then, but gives no end; we promise only the sure 24 hours. */
  byAd: z.boolean(),
  /** The newest comment that can still have its one private reply, else the newest comment. */
  comment: z
    .object({
      messageId: z.string(),
      at: z.number().int(),
      privateReplyUsedAt: z.number().int().nullable(),
      /** The private reply that used the right is queued, being sent or not confirmed: nobody has been answered yet. */
      isReplyOnItsWay: z.boolean().optional(),
    })
    .nullable(),
});
export type WindowFacts = z.infer<typeof windowFactsSchema>;

export const noWindow: WindowFacts = { openedAt: null, openedBy: null, byAd: false, comment: null };

/** `expiresAt` is the end of an open window, the moment it ended for a closed one, null where there never was one. */
export type ResponseWindow = { readonly kind: WindowKind; readonly expiresAt: number | null };

/** The window at `now` (ms, the relay's time). */
export function windowAt(facts: WindowFacts, now: number, humanAgentApproved: boolean): ResponseWindow {
  if (facts.openedAt !== null) {
    const standardEndsAt = facts.openedAt + standardWindowMs;
    if (now < standardEndsAt) return { kind: facts.byAd ? 'ad' : 'standard', expiresAt: standardEndsAt };
    const humanAgentEndsAt = facts.openedAt + humanAgentWindowMs;
    if (humanAgentApproved && now < humanAgentEndsAt) return { kind: 'human_agent', expiresAt: humanAgentEndsAt };
    const reply = privateReplyAt(facts, now);
    if (reply.kind === 'private_reply') return reply;
    return { kind: 'closed', expiresAt: humanAgentApproved ? humanAgentEndsAt : standardEndsAt };
  }
  return privateReplyAt(facts, now);
}

/** The one private message that a comment allows, whatever the window of direct messages is. */
export function privateReplyAt(facts: WindowFacts, now: number): ResponseWindow {
  if (facts.comment === null) return { kind: 'none', expiresAt: null };
  const endsAt = facts.comment.at + privateReplyWindowMs;
  if (facts.comment.privateReplyUsedAt !== null) return { kind: 'closed', expiresAt: facts.comment.privateReplyUsedAt };
  return { kind: now < endsAt ? 'private_reply' : 'closed', expiresAt: endsAt };
}

/**
 * Facts after the person did something that opens the window, at `at` (Meta's time) and seen by us at `seenAt`.
 * A time later than `seenAt` is cut to it, so that no countdown is longer than the truth; an older event that arrives late
 * changes nothing.
 */
export function openWindow(
  facts: WindowFacts,
  opener: { readonly messageId: string; readonly at: number; readonly seenAt: number; readonly byAd: boolean },
): WindowFacts {
  const openedAt = Math.min(opener.at, opener.seenAt);
  if (facts.openedAt !== null && facts.openedAt >= openedAt) return facts;
  return { ...facts, openedAt, openedBy: opener.messageId, byAd: opener.byAd };
}

/** Facts after a comment: it carries the right to one private reply, for 7 days from the comment. */
export function noteComment(
  facts: WindowFacts,
  comment: { readonly messageId: string; readonly at: number; readonly seenAt: number },
): WindowFacts {
  const at = Math.min(comment.at, comment.seenAt);
  const held = facts.comment;
  if (held !== null && held.privateReplyUsedAt === null && held.at >= at) return facts;
  return { ...facts, comment: { messageId: comment.messageId, at, privateReplyUsedAt: null } };
}

/** Whether anything may be sent to the person under this window. */
export function isOpen(window: ResponseWindow): boolean {
  return window.kind !== 'closed' && window.kind !== 'none';
}
