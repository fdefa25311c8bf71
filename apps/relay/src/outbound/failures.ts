import type { Reason } from '@transom/shared';
import { reopen } from '../inbox/answers.ts';
import { recountRights } from '../inbox/private-reply-rights.ts';
import { noteUnreachable } from '../inbox/reachable.ts';
import { findThreadOfConversation, saveThread } from '../inbox/thread.ts';
import type { AgencyWork } from '../ledger/agency-work.ts';
import { fail } from '../ledger/sending.ts';

/**
 * A reply that will never be sent. The conversation waits for an answer again, even if somebody closed it believing that this one would
 * arrive. Unless Meta says that the comment's private reply had been used before, its one use is restored.
 */
export async function failMessage(work: AgencyWork, messageId: string, why: Reason): Promise<void> {
  const reply = await fail(work, messageId, why);
  const thread = await findThreadOfConversation(work.tx, reply.conversationId);
  if (thread === null) return;
  if (why.code === 'recipient_unavailable') await noteUnreachable(work, thread, reply);
  await recountRights(work, thread, reply);
  await reopen(work, thread, { id: messageId, sentAt: reply.sentAt });
  await saveThread(work.tx, thread);
}
