import { measureText } from './channels.ts';
import type { Account, Agency, Conversation, Handoff, Person } from './documents/index.ts';
import { type Refusal, refuse } from './refusals.ts';
import { privateReplyAt, windowAt } from './response-window.ts';
import { minuteMs } from './time.ts';

/**
 * May this person send this, now? The relay's gate and the desk's composer ask the same function, so that a person sees
 * the reason before typing and the relay never gives another one.
 */
export type ReplyQuestion = {
  readonly conversation: Conversation;
  readonly account: Account;
  readonly person: Person;
  readonly plan: Agency['plan'];
  readonly now: number;
};
/** `humanAgent`: the reply goes out under the Human Agent tag, because the standard window is over. */
export type ReplyAnswer =
  | { readonly ok: true; readonly humanAgent: boolean }
  | { readonly ok: false; readonly refusal: Refusal };

/** A claim holds this long; typing and sending renew it. */
export const claimLeaseMs = 10 * minuteMs;

/** Whether a direct reply may be sent; `checkText` asks about its words. */
export function checkReply(question: ReplyQuestion): ReplyAnswer {
  const barred = checkSender(question);
  if (barred !== null) return { ok: false, refusal: barred };
  const { conversation, account, now } = question;
  if (conversation.window.openedAt === null) return { ok: false, refusal: refuse('not_started_by_contact') };
  const direct = windowAt({ ...conversation.window, comment: null }, now, account.humanAgentApproved);
  if (direct.kind === 'closed') return { ok: false, refusal: refuse('window_closed') };
  return { ok: true, humanAgent: direct.kind === 'human_agent' };
}

/** Whether the one private reply to the conversation's comment may be sent. */
export function checkPrivateReply(question: ReplyQuestion): ReplyAnswer {
  const barred = checkSender(question);
  if (barred !== null) return { ok: false, refusal: barred };
  const { window } = question.conversation;
  if (window.comment === null) return { ok: false, refusal: refuse('not_started_by_contact') };
  if (window.comment.privateReplyUsedAt !== null) return { ok: false, refusal: refuse('private_reply_used') };
  if (privateReplyAt(window, question.now).kind === 'closed') {
    return {
      ok: false,
      refusal: refuse('window_closed', 'A private reply is possible for 7 days after a comment. That time is over.'),
    };
  }
  return { ok: true, humanAgent: false };
}

/** Whether the words may be sent on this channel. */
export function checkText(account: Pick<Account, 'channel'>, text: string): Refusal | null {
  if (text.trim() === '') return refuse('text_empty');
  if (account.channel === 'unknown') return unknownChannel();
  const { used, limit, fits } = measureText(account.channel, text);
  return fits
    ? null
    : refuse('text_too_long', `The text has ${used} ${limit.unit}; ${account.channel} takes ${limit.count}.`);
}

/** Whether this person may take part in this conversation at all. Notes and claims ask only `checkRights`. */
function checkSender({ conversation, account, person, plan, now }: ReplyQuestion): Refusal | null {
  const rights = checkRights(person);
  if (rights !== null) return rights;
  if (conversation.channel === 'unknown' || account.channel === 'unknown') return unknownChannel();
  if (account.channel === 'instagram' && plan === 'starter') {
    return refuse('plan_upgrade_required', 'Instagram replies are part of the Plus plan.');
  }
  if (account.state === 'disconnected') return refuse('account_disconnected');
  if (conversation.unreachable) return refuse('recipient_unavailable');
  const holder = claimHolder(conversation.handoff, now);
  if (holder !== null && holder.id !== person.id) {
    return refuse('claimed_by_other', `${holder.name} is answering this conversation.`);
  }
  return null;
}

/** Its windows and limits are not known here, so nothing may be promised. */
function unknownChannel(): Refusal {
  return refuse('client_too_old', 'This version of Transom does not know this channel. Update Transom to answer here.');
}

/** Viewers read, and so does whoever has a role that this build does not know. */
export function checkRights(person: Pick<Person, 'role'>): Refusal | null {
  if (person.role === 'unknown')
    return refuse('client_too_old', 'This version of Transom does not know your role. Update Transom to answer.');
  return person.role === 'viewer' ? refuse('forbidden', 'Viewers can read but not answer.') : null;
}

/** Who holds the conversation at `now`; a lease that ran out holds nothing. */
export function claimHolder(handoff: Handoff | null, now: number): { id: string; name: string } | null {
  if (handoff === null || handoff.state !== 'claimed' || handoff.claimedBy === null) return null;
  return handoff.claimedUntil !== null && now < handoff.claimedUntil ? handoff.claimedBy : null;
}
