import type { AgencyTx } from '../store/port.ts';
import type { AgencyWork } from './agency-work.ts';
import { openHandoff, resolveHandoff, restoreHandoff, waitedWhenClosed } from './leads-and-handoffs.ts';
import type { Thread } from './thread.ts';

/**
 * The business answered, at `answeredAt`: what the person wrote up to then no longer waits. What they wrote afterwards still does,
 * even if we hear of the answer later.
 */
export async function noteAnswer(work: AgencyWork, thread: Thread, answeredAt: number, actor: string): Promise<void> {
  await answered(work, thread, { answeredAt, upTo: answeredAt }, actor);
}

/**
 * A person of the agency replied at `repliedAt` by the relay's clock, which may be ahead of the channel's. It answers what the buyer had
 * written, by the channel's clock, and we had received when *Send* was pressed. What came while the reply waited is still unanswered.
 */
export async function noteReplied(work: AgencyWork, thread: Thread, repliedAt: number, actor: string): Promise<void> {
  // What was received "in the future" came before the clock was corrected.
  const newest = await work.tx.get<{ sentAt: number }>(
    `select sent_at as "sentAt" from messages
     where agency_id = :agency and conversation_id = :conversationId and direction = 'inbound'
       and (received_at <= :repliedAt or received_at > :now)
     order by sent_at desc limit 1`,
    { conversationId: thread.conversationId, repliedAt, now: work.now },
  );
  await answered(work, thread, { answeredAt: repliedAt, upTo: newest?.sentAt ?? repliedAt }, actor);
}

async function answered(
  work: AgencyWork,
  thread: Thread,
  { answeredAt, upTo }: { readonly answeredAt: number; readonly upTo: number },
  actor: string,
): Promise<void> {
  thread.firstAnsweredAt = Math.min(thread.firstAnsweredAt ?? answeredAt, answeredAt);
  thread.lastAnsweredAt = Math.max(thread.lastAnsweredAt ?? upTo, upTo);
  await endWaiting(work, thread, await firstUnanswered(work.tx, thread.conversationId, thread.lastAnsweredAt), actor);
}

/** A comment that waited for an answer was removed or hidden. The rest of the thread may still wait. */
export async function stopAsking(work: AgencyWork, thread: Thread, actor: string): Promise<void> {
  if (thread.state !== 'needs_answer') return;
  // What came before the present beginning was answered, or closed by a person.
  const before = Math.max(thread.lastAnsweredAt ?? 0, (thread.unansweredSinceAt ?? 0) - 1);
  await endWaiting(work, thread, await firstUnanswered(work.tx, thread.conversationId, before), actor);
}

async function endWaiting(work: AgencyWork, thread: Thread, sinceAt: number | null, actor: string): Promise<void> {
  thread.unansweredSinceAt = sinceAt;
  if (sinceAt !== null) return;
  if (thread.state === 'needs_answer') thread.state = 'answered';
  await resolveHandoff(work, thread, actor);
}

/** A hidden comment is shown again: it waits for an answer as before, unless it was answered or the thread was closed meanwhile. */
export async function askAsBefore(work: AgencyWork, thread: Thread, sentAt: number): Promise<void> {
  if (thread.state === 'done' || (thread.lastAnsweredAt !== null && sentAt <= thread.lastAnsweredAt)) return;
  thread.state = 'needs_answer';
  thread.unansweredSinceAt = Math.min(thread.unansweredSinceAt ?? sentAt, sentAt);
  if (!(await restoreHandoff(work, thread))) await openHandoff(work, thread);
}

/** An answer did not reach the person, and the thread was closed in the belief that it would: somebody must look again. */
export async function reopen(work: AgencyWork, thread: Thread, repliedAt: number): Promise<void> {
  if (thread.state !== 'done' || thread.isErased) return;
  thread.state = 'needs_answer';
  thread.unansweredSinceAt = (await firstUnsettled(work.tx, thread)) ?? repliedAt;
  await openHandoff(work, thread);
}

/**
 * When the person wrote the first thing for which a closed thread waits again. What was settled by an earlier closing, as a "thanks" that
 * needs no answer, stays settled.
 */
export async function firstUnsettled(tx: AgencyTx, thread: Thread): Promise<number | null> {
  const waitedSinceAt = await waitedWhenClosed(tx, thread.conversationId);
  return firstUnanswered(tx, thread.conversationId, Math.max(thread.lastAnsweredAt ?? 0, (waitedSinceAt ?? 0) - 1));
}

/** When the person wrote the first thing after `after` that asks for an answer. A comment that is removed or hidden asks for none. */
async function firstUnanswered(tx: AgencyTx, conversationId: string, after: number): Promise<number | null> {
  const row = await tx.get<{ since: number }>(
    `select sent_at as since from messages
     where agency_id = :agency and conversation_id = :conversationId and sent_at > :after and direction = 'inbound'
       and (kind <> 'comment' or (unsent_at is null and hidden_at is null))
     order by sent_at limit 1`,
    { conversationId, after },
  );
  return row?.since ?? null;
}
