import * as z from 'zod';
import { type AccountRules, policyOf } from './account-rules.ts';
import type { ChannelPolicy, Opener } from './channel-policy.ts';

/**
 * The response window: until when a channel lets a business answer a person. How long each part lasts, and what opens it, is the channel's
 * policy; this file says how they follow each other.
 *
 *   none ──(comment)──▶ private_reply ──(used, or its time is over)──▶ closed
 *   any  ──(the person writes, taps, reacts)──▶ standard | ad ──▶ human_agent ──▶ closed
 *
 * `human_agent` exists only where the channel has it, and where the channel granted it to the account; otherwise `standard` ends in
 * `closed`.
 */
export const windowKindSchema = z.enum(['standard', 'ad', 'human_agent', 'private_reply', 'closed', 'none']);
export type WindowKind = z.infer<typeof windowKindSchema>;

/** What was observed; the window itself is never stored, because it changes with the time of day. */
export const windowFactsSchema = z.object({
  /** When the person last did something that opens the window, by Meta's clock and never later than we saw it. */
  openedAt: z.number().int().nullable(),
  /** The message that opened it: the proof behind the clock. */
  openedBy: z.string().nullable(),
  /** The person came from an ad, and the window is the one that ads open. */
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

/** The window at `now` (ms, the relay's time) on this account. */
export function windowAt(facts: WindowFacts, now: number, account: AccountRules): ResponseWindow {
  if (facts.openedAt === null) return privateReplyAt(facts, now, account);
  const directEndsAt = facts.openedAt + directWindowMs(facts, account);
  if (now < directEndsAt) return { kind: facts.byAd ? 'ad' : 'standard', expiresAt: directEndsAt };
  const lateMs = humanAgentWindowMs(account);
  const lateEndsAt = lateMs === null ? directEndsAt : Math.max(directEndsAt, facts.openedAt + lateMs);
  if (now < lateEndsAt) return { kind: 'human_agent', expiresAt: lateEndsAt };
  const reply = privateReplyAt(facts, now, account);
  return reply.kind === 'private_reply' ? reply : { kind: 'closed', expiresAt: lateEndsAt };
}

/** The one private message that a comment allows, whatever the window for direct messages is. */
export function privateReplyAt({ comment }: WindowFacts, now: number, account: AccountRules): ResponseWindow {
  const endsAt = comment === null ? null : privateReplyEndsAt(comment, account);
  if (comment === null || endsAt === null) return { kind: 'none', expiresAt: null };
  if (comment.privateReplyUsedAt !== null) return { kind: 'closed', expiresAt: comment.privateReplyUsedAt };
  return { kind: now < endsAt ? 'private_reply' : 'closed', expiresAt: endsAt };
}

/** How long the direct-message window that these facts opened lasts, ms. */
export function directWindowMs({ byAd }: Pick<WindowFacts, 'byAd'>, account: AccountRules): number {
  const { standard, ad } = policyOf(account).windows;
  return byAd ? ad.lastsMs : standard.lastsMs;
}

/** How long a person may answer once the direct window is over, counted from the same moment as that; null where nobody may. */
export function humanAgentWindowMs(account: AccountRules): number | null {
  const late = policyOf(account).windows.human_agent;
  if (late === null || (late.needsApproval && !account.humanAgentApproved)) return null;
  return late.lastsMs;
}

/** When the right to a private reply ends, used or not; null on a channel that has none. */
export function privateReplyEndsAt(comment: { readonly at: number }, account: AccountRules): number | null {
  const reply = policyOf(account).windows.private_reply;
  return reply === null ? null : comment.at + reply.lastsMs;
}

/**
 * Facts after the person did something, at `at` (the channel's time) and seen by us at `seenAt`. A time later than `seenAt` is reduced to
 * it, so that no countdown is too long; an older event that arrives late changes nothing, and neither does one that opens no window on this
 * channel.
 */
export function openWindow(
  facts: WindowFacts,
  opener: { readonly by: Opener; readonly messageId: string; readonly at: number; readonly seenAt: number },
  policy: ChannelPolicy,
): WindowFacts {
  const opened = policy.opens[opener.by];
  if (opened !== 'standard' && opened !== 'ad') return facts;
  const openedAt = Math.min(opener.at, opener.seenAt);
  if (facts.openedAt !== null && facts.openedAt >= openedAt) return facts;
  return { ...facts, openedAt, openedBy: opener.messageId, byAd: opened === 'ad' };
}

/** Facts after a comment: where the channel allows a private reply, it carries the right to one. */
export function noteComment(
  facts: WindowFacts,
  comment: { readonly messageId: string; readonly at: number; readonly seenAt: number },
  policy: ChannelPolicy,
): WindowFacts {
  if (policy.opens.comment !== 'private_reply') return facts;
  const at = Math.min(comment.at, comment.seenAt);
  const held = facts.comment;
  if (held !== null && held.privateReplyUsedAt === null && held.at >= at) return facts;
  return { ...facts, comment: { messageId: comment.messageId, at, privateReplyUsedAt: null } };
}

/** Whether anything may be sent to the person under this window. */
export function isOpen(window: ResponseWindow): boolean {
  return window.kind !== 'closed' && window.kind !== 'none';
}
