import type { AgencyWork } from '../ledger/agency-work.ts';
import { settleByClosing, takeBackClosing } from '../ledger/settlements.ts';
import type { AgencyTx } from '../store/port.ts';
import { resolveHandoff } from './leads-and-handoffs.ts';
import type { Thread } from './thread.ts';

/**
 * What a person wrote is settled by an answer (`lastAnsweredAt`) or by a person of the agency who closes the thread. A closing is noted
 * on the messages that it settles, because no time tells them apart: what comes late may be older than what was closed. So is an answer where
 * two threads were merged (`join-person.ts`).
 */

/**
 * Since when an open thread waits: since the person wrote the first thing that is not settled, or since the first reply that was lost. A
 * comment that is removed or hidden asks for no answer.
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
 * Whether the latest closing may have believed that what was asked for at `askedAt` would arrive. What was asked for "in the future" came
 * before the clock was corrected, and nobody knows whether it came before the closing.
 */
function mayHaveBelieved({ closedAt, isErased }: Thread, askedAt: number, now: number): boolean {
  return !isErased && (closedAt === null || askedAt <= closedAt || askedAt > now);
}

/**
 * A reply is lost, or taken back. What was closed in the belief that it would arrive is no longer settled, even if the thread was opened
 * again since by what the person wrote. False if nobody closed anything in that belief.
 */
export async function takeBackBelief(work: AgencyWork, thread: Thread, askedAt: number): Promise<boolean> {
  if (!mayHaveBelieved(thread, askedAt, work.now)) return false;
  return (await takeBackClosing(work, thread.conversationId)) || thread.state === 'done';
}

export function earliest(one: number | null, other: number | null): number | null {
  return one === null || other === null ? (one ?? other) : Math.min(one, other);
}
