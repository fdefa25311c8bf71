import type { AgencyWork } from './agency-work.ts';
import { takeBackClosing, waitsSince, wasClosedBelieving } from './closings.ts';
import { openHandoff, resolveHandoff, restoreHandoff } from './leads-and-handoffs.ts';
import type { Thread } from './thread.ts';

/**
 * The business answered, at `answeredAt`: what the person wrote up to then no longer waits. What they wrote afterwards still does,
 * even if we hear of the answer later.
 */
export async function noteAnswer(work: AgencyWork, thread: Thread, answeredAt: number, actor: string): Promise<void> {
  thread.failedReplyAt = null;
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
  // One that was asked for earlier does not make up for the reply that failed, unless that was "in the future", before the clock was corrected.
  const failedAt = thread.failedReplyAt;
  if (failedAt !== null && (repliedAt >= failedAt || failedAt > work.now)) thread.failedReplyAt = null;
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
  await waitOnlyForUnsettled(work, thread, actor);
}

/** A comment of the person was removed or hidden. The rest of the thread may still wait. */
export async function stopAsking(work: AgencyWork, thread: Thread, actor: string): Promise<void> {
  if (thread.state === 'needs_answer') await waitOnlyForUnsettled(work, thread, actor);
}

async function waitOnlyForUnsettled(work: AgencyWork, thread: Thread, actor: string): Promise<void> {
  thread.unansweredSinceAt = thread.state === 'done' ? null : await waitsSince(work.tx, thread);
  if (thread.unansweredSinceAt !== null) return;
  if (thread.state === 'needs_answer') thread.state = 'answered';
  await resolveHandoff(work, thread, actor);
}

/** A hidden comment is shown again: it waits for an answer as before, unless it was answered or the thread was closed meanwhile. */
export async function askAsBefore(work: AgencyWork, thread: Thread): Promise<void> {
  if (thread.state === 'done') return;
  thread.unansweredSinceAt = await waitsSince(work.tx, thread);
  if (thread.unansweredSinceAt === null) return;
  thread.state = 'needs_answer';
  if (!(await restoreHandoff(work, thread))) await openHandoff(work, thread);
}

/**
 * A reply that was asked for at `askedAt` did not reach the person, and the thread is closed: somebody must look again. What was closed in
 * the belief that it would arrive waits again.
 */
export async function reopen(work: AgencyWork, thread: Thread, askedAt: number): Promise<void> {
  if (thread.state !== 'done' || thread.isErased) return;
  if (wasClosedBelieving(thread, askedAt)) await takeBackClosing(work.tx, thread);
  else thread.failedReplyAt = null;
  thread.failedReplyAt = Math.min(thread.failedReplyAt ?? askedAt, askedAt);
  thread.state = 'needs_answer';
  thread.unansweredSinceAt = await waitsSince(work.tx, thread);
  await openHandoff(work, thread);
}
