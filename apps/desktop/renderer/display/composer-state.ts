import {
  type Account,
  type Agency,
  checkPrivateReply,
  checkReply,
  checkRole,
  claimHolder,
  type Person,
  privateReplyAt,
  type Refusal,
  type RefusalCode,
  type Urgency,
  urgencyOf,
  windowAt,
} from '@transom/shared';
import type { Connection, DraftTab, Row } from '../../contract/views.ts';

/**
 * What the composer may do, as one closed table. The reasons come from the same rules that the relay applies later, so nobody types a reply
 * that is refused for something known beforehand.
 *
 *   can type and send     open, human_agent, private_reply, note
 *   can type, sent later  offline, unknown_time, reauth (the relay checks again before it sends)
 *   can type, not send    claimed, unlinked
 *   cannot type, draft kept   not_known, closed, private_reply_used, private_reply_on_its_way, unreachable, disconnected, not_started
 *   read only             viewer, plan, erased
 */
export type ComposerState =
  | { readonly kind: 'open'; readonly urgency: Urgency; readonly expiresAt: number }
  | { readonly kind: 'human_agent'; readonly expiresAt: number }
  | { readonly kind: 'private_reply'; readonly expiresAt: number }
  | { readonly kind: 'private_reply_used'; readonly usedAt: number }
  /** The one private reply is queued or being sent: nobody has read it yet. */
  | { readonly kind: 'private_reply_on_its_way' }
  | { readonly kind: 'note' }
  | { readonly kind: 'offline'; readonly expiresAt: number | null }
  /** Connected, but the relay's time is not known: what is sent now is checked there. */
  | { readonly kind: 'unknown_time' }
  | { readonly kind: 'reauth' }
  /** The window has lost the core: what is typed stays in the window until it is back. */
  | { readonly kind: 'unlinked' }
  /** The account of the conversation, or the person at this desk, is not known yet. */
  | { readonly kind: 'not_known' }
  | { readonly kind: 'claimed'; readonly by: string; readonly until: number; readonly mayTakeOver: boolean }
  | { readonly kind: 'closed'; readonly endedAt: number | null }
  | { readonly kind: 'not_started' }
  | { readonly kind: 'unreachable' }
  | { readonly kind: 'disconnected' }
  | { readonly kind: 'viewer' }
  | { readonly kind: 'erased' }
  | { readonly kind: 'plan' }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

export type ComposerFacts = {
  readonly row: Row;
  readonly account: Account;
  readonly person: Person;
  readonly plan: Agency['plan'];
  /** Whether the window has its core. */
  readonly isLinked: boolean;
  readonly relay: Connection['relay'];
  /** The relay's time; null while it is not known. */
  readonly now: number | null;
  /** The latest known time of the relay: it is at least that late. */
  readonly atLeast: number | null;
};

export function composerState(mode: DraftTab, facts: ComposerFacts): ComposerState {
  const { row, account, person, plan, isLinked, now, atLeast } = facts;
  if (row.erasedAt !== null) return { kind: 'erased' };
  if (mode === 'note') {
    if (checkRole(person, 'reply.send') !== null) return { kind: 'viewer' };
    return isLinked ? { kind: 'note' } : { kind: 'unlinked' };
  }
  // Without the relay's time, the rules are asked about the last known one, but not one before the window opened: what was over by then is
  // over, and the relay decides the rest when it is back.
  const openedAt = row.window.openedAt ?? row.window.comment?.at ?? row.lastMessageAt;
  const askedAt = now ?? Math.max(openedAt, atLeast ?? 0);
  const question = { conversation: row, account, person, plan, now: askedAt };
  const answer = mode === 'reply' ? checkReply(question) : checkPrivateReply(question);
  if (!answer.ok)
    return refusedStates[answer.refusal.code]?.(facts, mode, askedAt) ?? { kind: 'refused', refusal: answer.refusal };
  if (!isLinked) return { kind: 'unlinked' };
  const expiresAt = endOf(mode, facts, askedAt);
  if (!isConnected(facts.relay)) return { kind: 'offline', expiresAt };
  if (now === null || expiresAt === null) return { kind: 'unknown_time' };
  if (account.state === 'reauth_required') return { kind: 'reauth' };
  if (mode === 'private_reply') return { kind: 'private_reply', expiresAt };
  return answer.mode === 'human_agent'
    ? { kind: 'human_agent', expiresAt }
    : { kind: 'open', urgency: urgencyOf(expiresAt - now), expiresAt };
}

/** A relay that answers slowly is still there: what is sent now is on its way to it. */
const isConnected = (relay: ComposerFacts['relay']): boolean =>
  relay === 'live' || relay === 'catching_up' || relay === 'delayed';

function endOf(mode: DraftTab, { row, account }: ComposerFacts, at: number): number | null {
  if (mode === 'private_reply') return privateReplyAt(row.window, at, account).expiresAt;
  return windowAt({ ...row.window, comment: null }, at, account).expiresAt;
}

type Refused = (facts: ComposerFacts, mode: DraftTab, at: number) => ComposerState;

/** Refusals that have their own state; any other is shown in the words of the rule. */
const refusedStates: Partial<Record<RefusalCode, Refused>> = {
  forbidden: () => ({ kind: 'viewer' }),
  plan_upgrade_required: () => ({ kind: 'plan' }),
  account_disconnected: () => ({ kind: 'disconnected' }),
  recipient_unavailable: () => ({ kind: 'unreachable' }),
  not_started_by_contact: () => ({ kind: 'not_started' }),
  window_closed: (facts, mode, at) => ({ kind: 'closed', endedAt: endOf(mode, facts, at) }),
  private_reply_used: ({ row }, _mode, at) =>
    row.window.comment?.isReplyOnItsWay === true
      ? { kind: 'private_reply_on_its_way' }
      : { kind: 'private_reply_used', usedAt: row.window.comment?.privateReplyUsedAt ?? at },
  claimed_by_other: ({ row, person, relay }, _mode, at) => ({
    kind: 'claimed',
    by: claimHolder(row.handoff, at)?.name ?? '',
    until: row.handoff?.claimedUntil ?? at,
    mayTakeOver: person.role === 'owner' && isConnected(relay),
  }),
};

const typing = new Set<ComposerState['kind']>([
  'open',
  'human_agent',
  'private_reply',
  'note',
  'offline',
  'unknown_time',
  'reauth',
  'claimed',
  'unlinked',
]);
const sending = new Set<ComposerState['kind']>([
  'open',
  'human_agent',
  'private_reply',
  'note',
  'offline',
  'unknown_time',
  'reauth',
]);

export const canType = (state: ComposerState): boolean => typing.has(state.kind);
export const canSend = (state: ComposerState): boolean => sending.has(state.kind);

/** The tabs that a conversation has, the usual one first. A public answer is not among them: Transom does not post. */
export function composerModes(row: Row): readonly DraftTab[] {
  if (row.erasedAt !== null) return ['reply'];
  if (row.window.comment === null) return ['reply', 'note'];
  if (row.window.openedAt === null) return ['private_reply', 'note'];
  return ['reply', 'private_reply', 'note'];
}
