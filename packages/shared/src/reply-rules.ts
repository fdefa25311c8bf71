import { type AccountRules, policyOf } from './account-rules.ts';
import type { ChannelPolicy, TextLimit } from './channel-policy.ts';
import { measureText, noteTextLimit } from './channels.ts';
import type { Account, Conversation, Handoff } from './documents.ts';
import type { Person, Plan } from './people.ts';
import { type Refusal, refuse } from './refusals.ts';
import { privateReplyAt, windowAt } from './response-window.ts';
import { dayMs, hourMs, minuteMs } from './time.ts';

/**
 * May this person send this, now? The relay's gate and the desk's composer ask the same function, so that a person sees
 * the reason before typing and the relay never gives another one.
 */
export type ReplyQuestion = {
  readonly conversation: Conversation;
  readonly account: Account;
  readonly person: Person;
  readonly plan: Plan;
  readonly now: number;
};
/**
 * How a message goes, by the window that lets it out: within the usual one, past it because a person wrote it, or as the one private
 * message to whoever commented. What that means in its calls is the channel's own matter.
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
  if (privateReplyAt(window, now, account).kind === 'closed') {
    const detail = `A private reply is possible for ${lengthOf(right.lastsMs)} after a comment. That time is over.`;
    return { ok: false, refusal: refuse('window_closed', detail) };
  }
  return { ok: true, mode: 'private_reply' };
}

function lengthOf(ms: number): string {
  return ms % dayMs === 0 ? `${ms / dayMs} days` : `${Math.floor(ms / hourMs)} hours`;
}

/** Whether the words may be sent from this account. */
export function checkText(account: Pick<AccountRules, 'channel' | 'policy'>, text: string): Refusal | null {
  return checkLength(policyOf(account).text, account.channel, text);
}

/** Whether the words may stand in a note, which goes to no channel. */
export function checkNoteText(text: string): Refusal | null {
  return checkLength(noteTextLimit, 'a note', text);
}

function checkLength(allowed: TextLimit, taker: string, text: string): Refusal | null {
  if (text.trim() === '') return refuse('text_empty');
  const { used, limit, fits } = measureText(allowed, text);
  return fits ? null : refuse('text_too_long', `The text has ${used} ${limit.unit}; ${taker} takes ${limit.count}.`);
}

/** Whether this person may take part in this conversation at all. Notes and claims ask only `checkRights`. */
function checkSender({ conversation, account, person, plan, now }: ReplyQuestion): Refusal | null {
  const rights = checkRights(person);
  if (rights !== null) return rights;
  const policy = policyOf(account);
  if (!policy.replyPlans.includes(plan)) return refuse('plan_upgrade_required', planWords(policy));
  if (account.state === 'disconnected') return refuse('account_disconnected');
  if (conversation.unreachable) return refuse('recipient_unavailable');
  const holder = claimHolder(conversation.handoff, now);
  if (holder !== null && holder.id !== person.id) {
    return refuse('claimed_by_other', `${holder.name} is answering this conversation.`);
  }
  return null;
}

function planWords({ name, replyPlans: [smallest] }: ChannelPolicy): string {
  if (smallest === undefined) return `${name} replies are not part of any plan.`;
  return `${name} replies are part of the ${smallest[0]?.toUpperCase()}${smallest.slice(1)} plan.`;
}

/** Viewers read. */
export function checkRights(person: Pick<Person, 'role'>): Refusal | null {
  return person.role === 'viewer' ? refuse('forbidden', 'Viewers can read but not answer.') : null;
}

/** Who holds the conversation at `now`; a lease that ran out holds nothing. */
export function claimHolder(handoff: Handoff | null, now: number): { id: string; name: string } | null {
  if (handoff === null || handoff.state !== 'claimed' || handoff.claimedBy === null) return null;
  return handoff.claimedUntil !== null && now < handoff.claimedUntil ? handoff.claimedBy : null;
}
