import { secondMs } from '@transom/shared';
import type { AgencyWork } from '../inbox/agency-work.ts';
import { type ReplyTo, recountRights } from '../inbox/private-reply-rights.ts';
import { findThreadOfConversation, saveThread } from '../inbox/thread.ts';

/** First look after half a minute: an echo, if there is one, is usually here by then. */
export const firstLookMs = 30 * secondMs;
export const secondLookMs = 90 * secondMs;

/** Nobody knows whether it arrived: it is looked up (`reconcile.ts`) and never resent automatically. */
export async function markUnconfirmed(work: AgencyWork, messageId: string, detail: string): Promise<void> {
  const row = await work.tx.get<{ conversationId: string; kind: string; replyTo: string | null }>(
    `update messages set state = 'unconfirmed', next_attempt_at = :at, attempts = 0,
       failure_code = 'unconfirmed', failure_detail = :detail
     where agency_id = :agency and id = :id returning conversation_id as "conversationId", kind, reply_to as "replyTo"`,
    { id: messageId, at: work.now + firstLookMs, detail },
  );
  work.touch('message', messageId);
  if (row !== undefined) work.touch('conversation', row.conversationId);
  // It may have counted as sent.
  if (row !== undefined) await readRightAgain(work, row);
  work.record('relay', 'reply.unconfirmed', messageId);
}

async function readRightAgain(work: AgencyWork, reply: ReplyTo & { readonly conversationId: string }): Promise<void> {
  const thread = await findThreadOfConversation(work.tx, reply.conversationId);
  if (thread === null) return;
  await recountRights(work, thread, reply);
  await saveThread(work.tx, thread);
}
