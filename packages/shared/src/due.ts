import { type AccountRules, areRulesKnown } from './account-rules.ts';
import { type Conversation, mayNeedAnswer } from './documents/conversation.ts';
import {
  directWindowMs,
  humanAgentWindowMs,
  isOpen,
  privateReplyEndsAt,
  type WindowFacts,
  windowAt,
} from './response-window.ts';
import { hourMs, minuteMs } from './time.ts';

/** Buyers who wrote for the first time are answered within this, or they write to the next dealer. */
export const firstReplyMs = 15 * minuteMs;
/** Four hours before the window closes (after 20 of 24 hours) a conversation jumps the queue. */
export const escalateBeforeMs = 4 * hourMs;

export type DueReason = 'first_reply' | 'window_closing' | 'private_reply_closing';
export type Due = { readonly at: number; readonly reason: DueReason };

/**
 * The one time by which somebody must answer, and why. It depends on facts only, not on the present time, so that a list can be kept in an
 * index. Null when nobody is waiting for us, or the one who waits cannot be reached.
 */
export function dueOf(conversation: Conversation, account: AccountRules): Due | null {
  if (!mayNeedAnswer(conversation) || conversation.unreachable) return null;
  const { window } = conversation;
  const waitingSinceAt = conversation.unansweredSinceAt ?? conversation.lastMessageAt;
  if (conversation.firstAnsweredAt === null) return { at: waitingSinceAt + firstReplyMs, reason: 'first_reply' };
  if (!areRulesKnown(account)) return null;
  if (window.openedAt !== null) {
    return { at: window.openedAt + directWindowMs(window, account) - escalateBeforeMs, reason: 'window_closing' };
  }
  const endsAt = privateReplyEndsAt(window.comment ?? { at: waitingSinceAt }, account);
  if (endsAt !== null) return { at: endsAt - escalateBeforeMs, reason: 'private_reply_closing' };
  return { at: waitingSinceAt, reason: 'window_closing' };
}

/**
 * Where a conversation is in the one ordered list. The lanes add up to the total, so nothing can hide:
 *
 *   closing   its window closes within four hours: the next one to close on top, whatever else is late
 *   answer    somebody waits for us, by due time
 *   missed    somebody waited and the window closed, what closed last on top
 *   later     put off by a person, what comes back next on top
 *   waiting   the buyer's turn, newest on top
 *   unreachable  somebody waits, but Meta lets nobody reach them until they write again; newest on top
 *   done      closed by a person
 */
export const lanes = ['closing', 'answer', 'missed', 'later', 'waiting', 'unreachable', 'done'] as const;
export type Lane = (typeof lanes)[number];

/** A lane, the place in it (smaller is higher), and the span [from, until) in which time alone changes neither. */
export type Place = { readonly lane: Lane; readonly position: number; readonly from: number; readonly until: number };

export function placeAt(conversation: Conversation, now: number, account: AccountRules): Place {
  const lane = laneOf(conversation, now, account);
  const position = positionIn(lane, conversation, now, account);
  const timeMatters = mayNeedAnswer(conversation) && !conversation.unreachable && areRulesKnown(account);
  const turns = timeMatters ? turnsOf(beforeReplyArrives(conversation.window), account) : [];
  if (typeof conversation.snoozedUntil === 'number') turns.push(conversation.snoozedUntil);
  return {
    lane,
    position,
    from: Math.max(0, ...turns.filter((at) => at <= now)),
    until: Math.min(Number.MAX_SAFE_INTEGER, ...turns.filter((at) => at > now)),
  };
}

export function laneOf(conversation: Conversation, now: number, account: AccountRules): Lane {
  const { state, window, unreachable, snoozedUntil } = conversation;
  if (state === 'done') return 'done';
  if (now < (snoozedUntil ?? 0)) return 'later';
  if (state === 'answered') return 'waiting';
  if (unreachable) return 'unreachable';
  // When its window closes is not known, only that somebody waits.
  if (!areRulesKnown(account)) return 'answer';
  const response = windowAt(beforeReplyArrives(window), now, account);
  if (!isOpen(response)) return 'missed';
  return response.expiresAt !== null && now >= response.expiresAt - escalateBeforeMs ? 'closing' : 'answer';
}

/** The place in a lane, even for a row that is about to leave it. */
export function positionIn(lane: Lane, conversation: Conversation, now: number, account: AccountRules): number {
  const { lastMessageAt } = conversation;
  const window = beforeReplyArrives(conversation.window);
  switch (lane) {
    case 'closing':
      return windowAt(window, now, account).expiresAt ?? lastMessageAt;
    case 'answer':
      return dueOf(conversation, account)?.at ?? lastMessageAt;
    case 'missed':
      return -(windowAt(window, now, account).expiresAt ?? lastMessageAt);
    case 'later':
      return conversation.snoozedUntil ?? lastMessageAt;
    case 'waiting':
    case 'unreachable':
    case 'done':
      return -lastMessageAt;
  }
}

/**
 * When a conversation that a person puts off until `until` comes back: then, or at the mark four hours before its window closes, if somebody
 * waits for an answer. Null where it cannot be put off at all, because that mark has passed, or `until` has. All times in ms since 1970.
 */
export function snoozeEndsAt(
  conversation: Conversation,
  until: number,
  now: number,
  account: AccountRules,
): number | null {
  if (until <= now) return null;
  if (!mayNeedAnswer(conversation) || conversation.unreachable || !areRulesKnown(account)) return until;
  const response = windowAt(beforeReplyArrives(conversation.window), now, account);
  if (!isOpen(response) || response.expiresAt === null) return until;
  const mark = response.expiresAt - escalateBeforeMs;
  return mark <= now ? null : Math.min(until, mark);
}

/**
 * A private reply in flight has used up its right but reached nobody yet: the person waits as before, and is not missed. This permits no
 * sending; it only affects places in the list.
 */
function beforeReplyArrives(window: WindowFacts): WindowFacts {
  if (window.comment?.isReplyOnItsWay !== true) return window;
  return { ...window, comment: { ...window.comment, privateReplyUsedAt: null } };
}

/** The moments at which the window, or its last four hours, begin or end. */
function turnsOf(window: WindowFacts, account: AccountRules): number[] {
  const { openedAt, comment } = window;
  const lateMs = humanAgentWindowMs(account);
  const ends = [
    ...(openedAt === null ? [] : [openedAt + directWindowMs(window, account)]),
    ...(openedAt === null || lateMs === null ? [] : [openedAt + lateMs]),
    ...(comment === null ? [] : [comment.privateReplyUsedAt ?? privateReplyEndsAt(comment, account)]),
  ];
  return ends.filter((at) => at !== null).flatMap((at) => [at - escalateBeforeMs, at]);
}

/** How a countdown looks: neutral above four hours, then amber, then red for the last hour. */
export type Urgency = 'calm' | 'closing' | 'urgent';
export function urgencyOf(remainingMs: number): Urgency {
  if (remainingMs <= hourMs) return 'urgent';
  return remainingMs <= escalateBeforeMs ? 'closing' : 'calm';
}
