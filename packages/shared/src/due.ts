import type { Conversation } from './documents.ts';
import { isOpen, windowAt } from './response-window.ts';
import { hourMs, minuteMs } from './time.ts';

/** Buyers who wrote for the first time are answered within this, or they write to the next dealer. */
export const firstReplyMs = 15 * minuteMs;
/** Four hours before the standard window closes: the 20-hour mark at which a conversation jumps the queue. */
export const escalateBeforeMs = 4 * hourMs;

export type DueReason = 'first_reply' | 'window_closing' | 'private_reply_closing';
export type Due = { readonly at: number; readonly reason: DueReason };

/**
 * The one time by which somebody must answer, and why. It depends on facts only, not on the present time, so that a
 * list can be kept in an index. Null when nobody is waiting for us.
 */
export function dueOf(conversation: Conversation): Due | null {
  if (conversation.state !== 'needs_answer') return null;
  const { openedAt, comment } = conversation.window;
  const waitingSinceAt = conversation.unansweredSinceAt ?? conversation.lastMessageAt;
  if (conversation.firstAnsweredAt === null) return { at: waitingSinceAt + firstReplyMs, reason: 'first_reply' };
  if (openedAt === null) {
    return { at: (comment?.at ?? waitingSinceAt) + escalationOfPrivateReplyMs, reason: 'private_reply_closing' };
  }
  return { at: openedAt + 24 * hourMs - escalateBeforeMs, reason: 'window_closing' };
}
/** A private reply escalates 12 hours before its 7 days are over. */
const escalationOfPrivateReplyMs = 7 * 24 * hourMs - 12 * hourMs;

/**
 * Where a conversation stands in the one ordered list. The lanes add up to the total, so nothing can hide:
 * `answer` can be answered now, `missed` needed an answer and its window closed, `waiting` is the buyer's turn.
 */
export type Lane = 'answer' | 'missed' | 'waiting' | 'done';
export const lanes: readonly Lane[] = ['answer', 'missed', 'waiting', 'done'];

export function laneOf(conversation: Conversation, now: number, humanAgentApproved: boolean): Lane {
  if (conversation.state === 'done') return 'done';
  if (conversation.state === 'answered') return 'waiting';
  return isOpen(windowAt(conversation.window, now, humanAgentApproved)) ? 'answer' : 'missed';
}

/** How a countdown looks: neutral above four hours, then amber, then red for the last hour. */
export type Urgency = 'calm' | 'closing' | 'urgent';
export function urgencyOf(remainingMs: number): Urgency {
  if (remainingMs <= hourMs) return 'urgent';
  return remainingMs <= escalateBeforeMs ? 'closing' : 'calm';
}
