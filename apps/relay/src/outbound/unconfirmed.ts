import { because, type ReasonOf } from '@transom/shared';
import { type ReplyTo, recountRights } from '../inbox/private-reply-rights.ts';
import { findThreadOfConversation, saveThread } from '../inbox/thread.ts';
import type { AgencyWork } from '../ledger/agency-work.ts';
import { markUnconfirmed, takeBackProof } from '../ledger/doubts.ts';
import { stopLooking } from '../ledger/erase.ts';

type Reply = ReplyTo & { readonly conversationId: string };

/** Nobody knows whether it arrived: it is looked up (`reconcile.ts`) and never resent automatically. */
export async function leaveUnconfirmed(
  work: AgencyWork,
  messageId: string,
  why: ReasonOf<'unconfirmed'>,
): Promise<void> {
  await noteDoubt(work, await markUnconfirmed(work, messageId, why));
}

/** It counted as sent because of an id that belongs to another message. */
export async function loseProof(work: AgencyWork, messageId: string): Promise<void> {
  await noteDoubt(work, await takeBackProof(work, messageId, because('unconfirmed.proof_of_other')));
}

async function noteDoubt(work: AgencyWork, reply: Reply): Promise<void> {
  const thread = await findThreadOfConversation(work.tx, reply.conversationId);
  if (thread === null) return;
  // Erased while it was being sent.
  if (thread.isErased) await stopLooking(work, reply.conversationId);
  await recountRights(work, thread, reply);
  await saveThread(work.tx, thread);
}
