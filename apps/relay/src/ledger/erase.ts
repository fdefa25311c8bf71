import { because } from '@transom/shared';
import type { AgencyWork } from './agency-work.ts';
import { storedMetadata } from './documents/message.ts';
import { failureParams, setFailure } from './failure.ts';
import { isFrom } from './state-machine.ts';

/**
 * As many zeros as the column has bytes. SQLite overwrites a row of the same size in place. A row that becomes shorter may leave its old
 * bytes in a page that SQLite reorganizes, despite `secure_delete`.
 */
export function blanksFor(column: 'text' | 'metadata' | 'body'): string {
  return `replace(hex(zeroblob(octet_length(${column}))), '00', '0')`;
}

/** Removes everything that the person wrote or did. The empty row stays, so that a repeated event does not bring the message back. */
export async function eraseMessage(work: AgencyWork, id: string): Promise<void> {
  await work.tx.run(
    `update messages set text = ${blanksFor('text')}, metadata = ${blanksFor('metadata')} where agency_id = :agency and id = :id`,
    { id },
  );
  await work.tx.run(
    `update messages set text = null, metadata = :bare, reply_to = null, reaction = null,
       failure_reason = null, failure_params = null, failure_by = null, failure_detail = null,
       unsent_at = coalesce(unsent_at, :now)
     where agency_id = :agency and id = :id`,
    { id, now: work.now, bare: storedMetadata({}) },
  );
  work.touch('message', id);
}

/** The conversation's document quotes its last message, and desks get it before the other messages are erased. */
export async function eraseLastWords({ tx }: AgencyWork, conversationId: string): Promise<void> {
  await tx.run(
    `update messages set text = null where agency_id = :agency and id in (
       select last_message_id from conversations where agency_id = :agency and id = :conversationId)`,
    { conversationId },
  );
}

/**
 * Fails queued replies, which lose their words, and ends the looks for unconfirmed ones, about which the channel can no longer be asked.
 * Returns the comments whose private reply was stopped. The erasure that follows touches each message once its words are gone.
 */
export async function stopReplies(work: AgencyWork, conversationId: string): Promise<string[]> {
  const stopped = await work.tx.all<{ replyTo: string | null }>(
    `update messages set state = 'failed', ${setFailure}, next_attempt_at = null
     where agency_id = :agency and conversation_id = :conversationId and ${isFrom('stop')}
     returning case when kind = 'private_reply' then reply_to end as "replyTo"`,
    { conversationId, ...failureParams(because('recipient_unavailable')) },
  );
  await stopLooking(work, conversationId);
  return stopped.flatMap(({ replyTo }) => replyTo ?? []);
}

/** Nobody can ask the channel about an erased person any more: only a person can say what became of these. */
export async function stopLooking({ tx }: AgencyWork, conversationId: string): Promise<void> {
  await tx.run(
    `update messages set next_attempt_at = null
     where agency_id = :agency and conversation_id = :conversationId and state = 'unconfirmed'`,
    { conversationId },
  );
}
