import type { AgencyTx } from '../store/port.ts';
import type { AgencyWork } from './agency-work.ts';
import { resolveHandoff } from './leads-and-handoffs.ts';
import type { Thread } from './thread.ts';

/**
 * What a person wrote is settled by an answer (`lastAnsweredAt`) or by a person of the agency who closes the thread. A closing is noted
 * on the messages that it settles, because no time tells them apart: what comes late may be older than what was closed.
 */

/**
 * Since when an open thread waits: since the person wrote the first thing that is not settled, or since a reply that failed. A comment that
 * is removed or hidden asks for no answer.
 */
export async function waitsSince(tx: AgencyTx, thread: Thread): Promise<number | null> {
  const row = await tx.get<{ sentAt: number }>(
    `select sent_at as "sentAt" from messages
     where agency_id = :agency and conversation_id = :conversationId and sent_at > :answeredAt and direction = 'inbound'
       and closing is null and (kind <> 'comment' or (unsent_at is null and hidden_at is null))
     order by sent_at limit 1`,
    { conversationId: thread.conversationId, answeredAt: thread.lastAnsweredAt ?? 0 },
  );
  if (row === undefined || thread.failedReplyAt === null) return row?.sentAt ?? thread.failedReplyAt;
  return Math.min(row.sentAt, thread.failedReplyAt);
}

/** Done without an answer. What an earlier closing settled stays settled if this one is taken back. */
export async function closeThread(work: AgencyWork, thread: Thread, personId: string): Promise<void> {
  const { conversationId, lastAnsweredAt } = thread;
  await work.tx.run(
    `update messages set closing = 'earlier'
     where agency_id = :agency and conversation_id = :conversationId and closing = 'latest'`,
    { conversationId },
  );
  // A comment that is hidden now does not wait when it is shown: the thread was closed meanwhile.
  await work.tx.run(
    `update messages set closing = 'latest'
     where agency_id = :agency and conversation_id = :conversationId and sent_at > :answeredAt and direction = 'inbound'
       and closing is null`,
    { conversationId, answeredAt: lastAnsweredAt ?? 0 },
  );
  await resolveHandoff(work, thread, personId);
  thread.state = 'done';
  thread.closedAt = work.now;
  thread.unansweredSinceAt = null;
}

/** Whether the thread was closed in the belief that what was asked for at `askedAt` would arrive. */
export function wasClosedBelieving(thread: Thread, askedAt: number): boolean {
  return thread.state === 'done' && !thread.isErased && askedAt <= (thread.closedAt ?? Number.POSITIVE_INFINITY);
}

/** What the latest closing settled is no longer settled. */
export async function takeBackClosing(tx: AgencyTx, { conversationId }: Thread): Promise<void> {
  await tx.run(
    `update messages set closing = null
     where agency_id = :agency and conversation_id = :conversationId and closing = 'latest'`,
    { conversationId },
  );
}
