import type { AgencyWork } from '../inbox/agency-work.ts';
import { reopen } from '../inbox/answers.ts';
import { leftAtSql } from '../inbox/messages.ts';
import { recountRights } from '../inbox/private-reply-rights.ts';
import { noteUnreachable, type SetOut } from '../inbox/reachable.ts';
import { findThreadOfConversation, saveThread } from '../inbox/thread.ts';

type Failed = SetOut & {
  readonly conversationId: string;
  readonly kind: string;
  readonly replyTo: string | null;
  readonly sentAt: number;
};

/**
 * A reply that will never go out. Its text stays, so that it can be read, copied and sent again. The conversation waits for an answer
 * again, even if somebody closed it believing that this one would arrive. Unless Meta says that the comment's private reply had been
 * used before, its one use is restored.
 */
export async function failMessage(work: AgencyWork, messageId: string, code: string, detail: string): Promise<void> {
  const row = await work.tx.get<Failed>(
    `update messages set state = 'failed', next_attempt_at = null, failure_code = :code, failure_detail = :detail
     where agency_id = :agency and id = :id returning conversation_id as "conversationId", kind, reply_to as "replyTo",
       sent_at as "sentAt", attempt_started_at as "startedAt", ${leftAtSql} as "leftAt"`,
    { id: messageId, code, detail },
  );
  if (row === undefined) throw new Error(`There is no message ${messageId} to fail.`);
  const thread = await findThreadOfConversation(work.tx, row.conversationId);
  if (thread !== null) {
    if (code === 'recipient_unavailable') await noteUnreachable(work, thread, row);
    await recountRights(work, thread, row);
    await reopen(work, thread, { id: messageId, sentAt: row.sentAt });
    await saveThread(work.tx, thread);
  }
  work.touch('message', messageId);
  work.touch('conversation', row.conversationId);
  work.record('relay', 'reply.failed', messageId, { code });
}
