import { type AccountRules, areRulesKnown, policyOf } from './account-rules.ts';
import type { TextLimit } from './channel-policy.ts';
import { measureText, noteTextLimit } from './channels.ts';
import { checkRole } from './commands/command.ts';
import type { Account, Agency, Conversation, Handoff, Person } from './documents/index.ts';
import { type Refusal, refuse } from './refusals.ts';
import { privateReplyAt, windowAt } from './response-window.ts';
import { minuteMs } from './time.ts';

/**
 * May this person send this, now? The relay's gate and the desk's composer call the same function, so that a person sees the reason before
 * typing and the relay never gives a different one.
 */
export type ReplyQuestion = {
  readonly conversation: Conversation;
  readonly account: Account;
  readonly person: Person;
  readonly plan: Agency['plan'];
  readonly now: number;
};
/**
 * How a message is sent, by the window that permits it: within the usual one, past it because a person wrote it, or as the one private
 * message to a commenter. What that means for its API calls is up to the channel.
 */
export type SendMode = 'standard' | 'human_agent' | 'private_reply';
export type ReplyAnswer =
  | { readonly ok: true; readonly mode: SendMode }
  | { readonly ok: false; readonly refusal: Refusal };

/** A claim holds this long; typing and sending renew it. */
export const claimLeaseMs = 10 * minuteMs;

/** Whether a direct reply may be sent; `checkText` asks about its words. */
export function checkReply(question: ReplyQuestion): ReplyAnswer {
  const barred = checkSender(question);
  if (barred !== null) return { ok: false, refusal: barred };
  const { conversation, account, now } = question;
  if (conversation.window.openedAt === null) return { ok: false, refusal: refuse('not_started_by_contact') };
  const direct = windowAt({ ...conversation.window, comment: null }, now, account);
  if (direct.kind === 'closed') return { ok: false, refusal: refuse('window_closed') };
  return { ok: true, mode: direct.kind === 'human_agent' ? 'human_agent' : 'standard' };
}

/** Whether the one private reply to the conversation's comment may be sent. */
export function checkPrivateReply(question: ReplyQuestion): ReplyAnswer {
  const barred = checkSender(question);
  if (barred !== null) return { ok: false, refusal: barred };
  const { account, now } = question;
  const { window } = question.conversation;
  const right = policyOf(account).windows.private_reply;
  if (window.comment === null || right === null) return { ok: false, refusal: refuse('not_started_by_contact') };
  if (window.comment.privateReplyUsedAt !== null) return { ok: false, refusal: refuse('private_reply_used') };
  if (privateReplyAt(window, now, account).kind === 'closed')
    return { ok: false, refusal: refuse('window_closed.private_reply', { lastsMs: right.lastsMs }) };
  return { ok: true, mode: 'private_reply' };
}

/** Whether the words may be sent from this account. */
export function checkText(account: Pick<AccountRules, 'channel' | 'policy'>, text: string): Refusal | null {
  return areRulesKnown(account) ? checkLength(policyOf(account).text, text) : refuse('client_too_old.channel');
}

/** Whether the words may be a note, which goes to no channel. */
export function checkNoteText(text: string): Refusal | null {
  return checkLength(noteTextLimit, text);
}

function checkLength(allowed: TextLimit, text: string): Refusal | null {
  if (text.trim() === '') return refuse('text_empty');
  const { used, limit, fits } = measureText(allowed, text);
  return fits ? null : refuse('text_too_long.by', { used, limit: limit.count, unit: limit.unit });
}

/** Whether this person may answer in this conversation at all. */
function checkSender({ conversation, account, person, plan, now }: ReplyQuestion): Refusal | null {
  const rights = checkRole(person, 'reply.send');
  if (rights !== null) return rights;
  if (!areRulesKnown(account)) return refuse('client_too_old.channel');
  const { name, replyPlans } = policyOf(account);
  if (plan !== 'unknown' && !replyPlans.includes(plan))
    return refuse('plan_upgrade_required.channel', { channel: name, plan: replyPlans[0] ?? null });
  if (account.state === 'disconnected') return refuse('account_disconnected');
  if (conversation.unreachable) return refuse('recipient_unavailable');
  const holder = claimHolder(conversation.handoff, now);
  if (holder !== null && holder.id !== person.id) {
    return refuse('claimed_by_other.by', { name: holder.name });
  }
  return null;
}

/** Who holds the conversation at `now`; a lease that ran out holds nothing. */
export function claimHolder(handoff: Handoff | null, now: number): { id: string; name: string } | null {
  if (handoff === null || handoff.state !== 'claimed' || handoff.claimedBy === null) return null;
  return handoff.claimedUntil !== null && now < handoff.claimedUntil ? handoff.claimedBy : null;
}
