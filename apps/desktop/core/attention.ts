import { type Conversation, claimHolder, hourMs, mayNeedAnswer, type Person, type Reason } from '@transom/shared';
import type { Notification } from './ports.ts';

/**
 * What deserves a person's attention. Pure: facts in, a notification or nothing out. Who is notified of what:
 *   agents   every buyer who writes and is not held by somebody else, open handoffs, windows about to close
 *   owners   new leads, open handoffs, windows about to close, a broken connection
 *   viewers  nothing: they cannot answer
 */
export type Occasion =
  | { readonly kind: 'conversation'; readonly before: Conversation | null; readonly after: Conversation }
  | { readonly kind: 'closing'; readonly conversation: Conversation; readonly remainingMs: number }
  | { readonly kind: 'connection'; readonly reason: Reason };

/** A window that closes within this is worth one warning. */
export const closingSoonMs = hourMs;
export const connectionNotificationId = 'connection';
export const groupNotificationId = 'group';

/** `now` is the relay's time, for claims that ran out. */
export function decideNotification(occasion: Occasion, person: Person, now: number): Notification | null {
  if (person.role === 'viewer') return null;
  if (occasion.kind === 'connection') {
    if (person.role !== 'owner') return null;
    return {
      id: connectionNotificationId,
      conversationId: null,
      said: { kind: 'not_connected', reason: occasion.reason },
      urgent: true,
    };
  }
  const conversation = occasion.kind === 'closing' ? occasion.conversation : occasion.after;
  if (!mayNeedAnswer(conversation) || heldByOther(conversation, person, now)) return null;
  const { contact } = conversation;
  const name = [contact.name, contact.username].map((each) => plain(each ?? '')).find((each) => each !== '') ?? null;
  const about = { id: conversation.id, conversationId: conversation.id };
  if (occasion.kind === 'closing') {
    const minutes = Math.max(1, Math.floor(occasion.remainingMs / 60_000));
    return { ...about, said: { kind: 'closing', name, minutes }, urgent: true };
  }
  if (isHandoffOpen(occasion.after, now) && !(occasion.before !== null && isHandoffOpen(occasion.before, now))) {
    return { ...about, said: { kind: 'needs_person', name }, urgent: true };
  }
  if (!hasNewInquiry(occasion.before, occasion.after)) return null;
  if (person.role === 'owner') {
    if (occasion.after.lead === null || occasion.before?.lead?.id === occasion.after.lead.id) return null;
    return { ...about, said: { kind: 'new_lead', name, preview: previewOf(occasion.after) }, urgent: false };
  }
  return { ...about, said: { kind: 'message', name, preview: previewOf(occasion.after) }, urgent: false };
}

/** Whether a notification about this conversation is no longer needed. */
export function isSettled(conversation: Conversation, person: Person, now: number): boolean {
  return !mayNeedAnswer(conversation) || heldByOther(conversation, person, now);
}

/** The badge: conversations that need an answer and that nobody else holds. */
export function decideBadge(counts: { readonly needAnswer: number; readonly heldByOthers: number }): number {
  return Math.max(0, counts.needAnswer - counts.heldByOthers);
}

const groupWithinMs = 10_000;
const groupFrom = 3;
export type Shown = { readonly conversationId: string; readonly at: number };

/**
 * The third conversation within 10 s turns them into one group, which replaces the single notifications. `shown` holds the
 * earlier ones; all times come from one monotonic clock.
 */
export function decideGroup(
  shown: readonly Shown[],
  next: Notification,
  at: number,
): { readonly show: Notification; readonly close: readonly string[]; readonly shown: readonly Shown[] } {
  if (next.conversationId === null) return { show: next, close: [], shown };
  const { conversationId } = next;
  const recent = [
    ...shown.filter((one) => at - one.at < groupWithinMs && one.conversationId !== conversationId),
    { conversationId, at },
  ];
  if (recent.length < groupFrom) return { show: next, close: [], shown: recent };
  return {
    show: {
      id: groupNotificationId,
      conversationId: null,
      said: { kind: 'group', buyers: recent.length },
      urgent: next.urgent,
    },
    close: recent.map((one) => one.conversationId),
    shown: recent,
  };
}

function heldByOther({ handoff }: Conversation, person: Person, now: number): boolean {
  const holder = claimHolder(handoff, now);
  return holder !== null && holder.id !== person.id;
}

function isHandoffOpen({ handoff }: Conversation, now: number): boolean {
  return handoff !== null && handoff.state !== 'resolved' && claimHolder(handoff, now) === null;
}

function hasNewInquiry(before: Conversation | null, after: Conversation): boolean {
  if (after.lastMessage?.direction !== 'inbound') return false;
  return (
    before === null || (before.lastMessage?.id !== after.lastMessage.id && before.lastMessageAt <= after.lastMessageAt)
  );
}

function previewOf(conversation: Conversation): string {
  return plain(conversation.lastMessage?.preview ?? '');
}

/** Names and words come from outside: direction marks and control characters would garble the text around them. */
function plain(words: string): string {
  return words
    .toWellFormed()
    .replace(/[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, '')
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .trim();
}
