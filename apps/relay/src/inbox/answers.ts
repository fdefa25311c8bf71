import type { AgencyWork } from '../ledger/agency-work.ts';
import { makeUpForLostBy, makeUpForLostUpTo, waitForLost } from '../ledger/settlements.ts';
import { undoClosingThatReliedOn, waitsSince } from './closings.ts';
import { openHandoff, resolveHandoff, restoreHandoff } from './leads-and-handoffs.ts';
import { type Thread, waitAgain } from './thread.ts';

/**
 * The business answered at `answeredAt`: messages that the contact wrote up to then no longer wait. Later ones still do, even if we hear of
 * the answer afterwards.
 */
export async function noteAnswer(work: AgencyWork, thread: Thread, answeredAt: number, actor: string): Promise<void> {
  await makeUpForLostBy(work, thread.conversationId, answeredAt);
  await answered(work, thread, { answeredAt, upTo: answeredAt }, actor);
}

/** A reply by a person of the agency. Its `sentAt` is by the relay's clock, which may be ahead of the channel's. */
export type Replied = { readonly id: string; readonly sentAt: number };

/**
 * A person of the agency replied. The reply answers what we had received from the buyer when *Send* was pressed, up to the newest of it by
 * the channel's clock. Messages that came while the reply waited are still unanswered. Ids tell which came first, even if the clock was set
 * back (`ledger/add-message.ts`).
 */
export async function noteReplied(
  work: AgencyWork,
  thread: Thread,
  { id, sentAt }: Replied,
  actor: string,
): Promise<void> {
  const { conversationId } = thread;
  const newest = await work.tx.get<{ sentAt: number }>(
    `select sent_at as "sentAt" from messages
     where agency_id = :agency and conversation_id = :conversationId and direction = 'inbound' and id < :id
     order by sent_at desc limit 1`,
    { conversationId, id },
  );
  await makeUpForLostUpTo(work, conversationId, id);
  await answered(work, thread, { answeredAt: sentAt, upTo: newest?.sentAt ?? sentAt }, actor);
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

/** A comment of the contact was removed or hidden, or a reply in doubt was taken back. The rest of the thread may still wait. */
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
  waitAgain(thread);
  if (!(await restoreHandoff(work, thread))) await openHandoff(work, thread);
}

/**
 * This reply did not reach the contact, or nobody knows whether it did. What was closed in the belief that it would arrive waits again; if
 * the thread is closed, the reply itself waits for somebody to look at it.
 */
export async function reopen(work: AgencyWork, thread: Thread, lost: Replied): Promise<void> {
  if (thread.isErased) return;
  const wasDone = thread.state === 'done';
  const waitsAgain = await undoClosingThatReliedOn(work, thread, lost.sentAt);
  // Nobody waits since a time in the future: such a time means that the clock was set back after the reply was asked for.
  if (wasDone) await waitForLost(work, lost.id, Math.min(lost.sentAt, work.now));
  else if (!waitsAgain) return;
  thread.unansweredSinceAt = await waitsSince(work.tx, thread);
  if (thread.unansweredSinceAt === null) return;
  waitAgain(thread);
  await openHandoff(work, thread);
}
