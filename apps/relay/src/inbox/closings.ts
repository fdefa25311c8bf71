import type { AgencyWork } from '../ledger/agency-work.ts';
import { settleByClosing, takeBackClosing } from '../ledger/settlements.ts';
import type { AgencyTx } from '../store/port.ts';
import { resolveHandoff } from './leads-and-handoffs.ts';
import type { Thread } from './thread.ts';

/**
 * A contact's message is settled by an answer (`lastAnsweredAt`) or by a person who closes the thread. A closing is noted on the messages
 * that it settles, because no time tells them apart: a message that comes late may be older than what was closed. An answer is noted in the
 * same way when two threads are merged (`join-person.ts`).
 */

/**
 * Since when an open thread waits: since the contact's first message that is not settled, or the first reply that was lost. A removed or
 * hidden comment asks for no answer.
 */
export async function waitsSince(tx: AgencyTx, thread: Thread): Promise<number | null> {
  const { conversationId } = thread;
  const wrote = await tx.get<{ sentAt: number }>(
    `select sent_at as "sentAt" from messages
     where agency_id = :agency and conversation_id = :conversationId and sent_at > :answeredAt and direction = 'inbound'
       and closing is null and (kind <> 'comment' or (unsent_at is null and hidden_at is null))
     order by sent_at limit 1`,
    { conversationId, answeredAt: thread.lastAnsweredAt ?? 0 },
  );
  const lost = await tx.get<{ at: number | null }>(
    `select min(waits_since_at) as at from messages
     where agency_id = :agency and conversation_id = :conversationId and waits_since_at is not null and closing is null`,
    { conversationId },
  );
  return earliest(wrote?.sentAt ?? null, lost?.at ?? null);
}

/** Done without an answer. */
export async function closeThread(work: AgencyWork, thread: Thread, personId: string): Promise<void> {
  await settleByClosing(work, thread.conversationId, thread.lastAnsweredAt);
  await resolveHandoff(work, thread, personId);
  thread.state = 'done';
  thread.closedAt = work.now;
  thread.unansweredSinceAt = null;
}

/**
 * Whether the latest closing may have believed that the reply asked for at `askedAt` would arrive. If that time is in the future, the clock
 * has been corrected since, and nobody knows whether the reply was asked for before the closing.
 */
function mayHaveReliedOn({ closedAt, isErased }: Thread, askedAt: number, now: number): boolean {
  return !isErased && (closedAt === null || askedAt <= closedAt || askedAt > now);
}

/**
 * A reply was lost or taken back. What was closed in the belief that it would arrive is no longer settled, even if the contact has reopened
 * the thread since by writing. False if nobody closed anything in that belief.
 */
export async function undoClosingThatReliedOn(work: AgencyWork, thread: Thread, askedAt: number): Promise<boolean> {
  if (!mayHaveReliedOn(thread, askedAt, work.now)) return false;
  return (await takeBackClosing(work, thread.conversationId)) || thread.state === 'done';
}

export function earliest(one: number | null, other: number | null): number | null {
  return one === null || other === null ? (one ?? other) : Math.min(one, other);
}
