import type { AgencyWork } from '../inbox/agency-work.ts';
import { readCommentFacts } from '../inbox/private-reply-rights.ts';
import { findThreadOfConversation, saveThread, type Thread } from '../inbox/thread.ts';

/**
 * A reply that will never go out. Its text stays, so that it can be read, copied and answered anew; the conversation still
 * waits for an answer. A private reply that was refused for another reason gives the right to it back.
 */
export async function failMessage(work: AgencyWork, messageId: string, code: string, detail: string): Promise<void> {
  const row = await work.tx.get<{ conversationId: string; kind: string }>(
    `update messages set state = 'failed', next_attempt_at = null, lease_until = null, failure_code = :code, failure_detail = :detail
     where agency_id = :agency and id = :id returning conversation_id as "conversationId", kind`,
    { id: messageId, code, detail },
  );
  if (row === undefined) throw new Error(`There is no message ${messageId} to fail.`);
  const thread = await findThreadOfConversation(work.tx, row.conversationId);
  if (thread !== null) await learnFromFailure(work, thread, row.kind, code);
  work.touch('message', messageId);
  work.touch('conversation', row.conversationId);
  work.record('relay', 'reply.failed', messageId, { code });
}

async function learnFromFailure(work: AgencyWork, thread: Thread, kind: string, code: string): Promise<void> {
  if (code === 'recipient_unavailable') thread.unreachable = true;
  if (kind === 'private_reply')
    thread.window = { ...thread.window, comment: await readCommentFacts(work.tx, thread.conversationId) };
  await saveThread(work.tx, thread);
}
