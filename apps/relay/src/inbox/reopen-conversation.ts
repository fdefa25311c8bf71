import { type CommandAnswer, type CommandOf, refuse } from '@transom/shared';
import type { AgencyWork } from '../ledger/agency-work.ts';
import { takeBackClosing } from '../ledger/settlements.ts';
import type { Actor } from './actor.ts';
import { findForPerson } from './claims.ts';
import { waitsSince } from './closings.ts';
import { done } from './inbox.ts';
import { openHandoff, restoreClosedHandoff } from './leads-and-handoffs.ts';
import { saveThread, type Thread, waitAgain } from './thread.ts';

/** A person reopens a conversation that was done. Pressed twice, or if it waits again anyway, it changes nothing. */
export async function reopenConversation(
  work: AgencyWork,
  actor: Actor,
  command: CommandOf<'handoff.reopen'>,
): Promise<CommandAnswer> {
  const found = await findForPerson(work, actor, command.conversationId);
  if (!found.ok) return found;
  const { thread } = found;
  if (thread.isErased)
    return {
      ok: false,
      refusal: refuse('recipient_unavailable.erased'),
    };
  if (thread.state !== 'done') return done;
  await takeBackClosing(work, thread.conversationId);
  await waitAsBefore(work, thread, actor);
  await saveThread(work.tx, thread);
  work.touch('conversation', thread.conversationId);
  work.record(actor.person.id, 'conversation.reopened', thread.conversationId, { state: thread.state });
  return done;
}

/** A closing that answered nobody was taken back: what waited then waits again since the same moment, with its handoff. */
export async function waitAsBefore(work: AgencyWork, thread: Thread, actor: Actor): Promise<void> {
  thread.unansweredSinceAt = await waitsSince(work.tx, thread);
  if (thread.unansweredSinceAt === null) {
    thread.state = 'answered';
    return;
  }
  waitAgain(thread);
  if (!(await restoreClosedHandoff(work, thread, actor.person.id))) await openHandoff(work, thread);
}
