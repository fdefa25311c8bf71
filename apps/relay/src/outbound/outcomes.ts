import { secondMs } from '@transom/shared';
import { AgencyWork } from '../inbox/agency-work.ts';
import { noteAnswer } from '../inbox/answers.ts';
import { findByNativeId } from '../inbox/messages.ts';
import { findThreadOfConversation, saveThread } from '../inbox/thread.ts';
import type { AgencyStore } from '../store/port.ts';
import type { Attempt } from './attempts.ts';
import { notSentDelayMs, pauseMs } from './backoff.ts';
import type { SendOutcome } from './channel-port.ts';
import { failMessage } from './failures.ts';

/**
 * What became of one attempt.
 *
 *   sending ──sent──────▶ sent
 *           ──not_sent──▶ queued       again later: nothing left this machine
 *           ──throttled─▶ queued       the whole account pauses
 *           ──reauth────▶ queued       the whole account stops until it is connected again
 *           ──refused───▶ failed
 *           ──unknown───▶ unconfirmed  looked up (`reconcile.ts`), never repeated
 */
export async function settleAttempt(
  agency: AgencyStore,
  attempt: Attempt,
  outcome: SendOutcome,
  now: number,
): Promise<void> {
  await agency.write(async (tx) => {
    const work = new AgencyWork(tx, now);
    const current = await tx.get<{ state: string }>(
      `select state from messages where agency_id = :agency and id = :id`,
      {
        id: attempt.messageId,
      },
    );
    // The echo came before the answer and settled it already.
    if (current?.state !== 'sending' && outcome.kind !== 'sent') return;
    await settle(work, attempt, outcome);
    await work.finish();
  });
}

async function settle(work: AgencyWork, attempt: Attempt, outcome: SendOutcome): Promise<void> {
  switch (outcome.kind) {
    case 'sent':
      await markSent(work, attempt.messageId, outcome.nativeMessageId);
      return linkContact(work, attempt, outcome.recipientId);
    case 'not_sent':
      return queueAgain(work, attempt, work.now + notSentDelayMs(attempt.attempts), 'not_sent', outcome.detail);
    case 'throttled': {
      const until = work.now + pauseMs(attempt.attempts, outcome.retryAfterMs);
      await work.tx.run(`update accounts set paused_until = :until where agency_id = :agency and id = :id`, {
        id: attempt.accountId,
        until,
      });
      work.record('relay', 'account.paused', attempt.accountId, { until });
      return queueAgain(work, attempt, until, 'throttled', outcome.detail);
    }
    case 'reauth':
      await work.tx.run(
        `update accounts set state = 'reauth_required' where agency_id = :agency and id = :id and state = 'connected'`,
        { id: attempt.accountId },
      );
      work.touch('account', attempt.accountId);
      work.record('relay', 'account.reauth_required', attempt.accountId);
      return queueAgain(work, attempt, work.now, 'reauth_required', outcome.detail);
    case 'refused':
      work.record('relay', 'reply.refused_by_platform', attempt.messageId, {
        reason: outcome.reason,
        platformCode: outcome.platformCode,
      });
      return failMessage(work, attempt.messageId, outcome.reason, outcome.detail);
    case 'unknown':
      return markUnconfirmed(work, attempt.messageId, outcome.detail);
  }
}

/** Meta has it, under this id. The echo may have made a row of its own before we knew the id: that row was ours. */
export async function markSent(work: AgencyWork, messageId: string, nativeMessageId: string): Promise<void> {
  const { tx } = work;
  const row = await tx.get<{
    account_id: string;
    conversation_id: string;
    sent_at: number;
    author_id: string;
    native_message_id: string | null;
  }>(
    `select account_id, conversation_id, sent_at, author_id, native_message_id from messages where agency_id = :agency and id = :id`,
    { id: messageId },
  );
  if (row === undefined || row.native_message_id === nativeMessageId) return;
  const echo = await findByNativeId(tx, row.account_id, nativeMessageId);
  if (echo !== undefined) {
    await tx.run(`delete from messages where agency_id = :agency and id = :id`, { id: echo.id });
    work.touch('message', echo.id);
  }
  await tx.run(
    `update messages set state = 'sent', native_message_id = :nativeMessageId, next_attempt_at = null, lease_until = null,
       failure_code = null, failure_detail = null
     where agency_id = :agency and id = :id`,
    { id: messageId, nativeMessageId },
  );
  const thread = await findThreadOfConversation(tx, row.conversation_id);
  if (thread !== null) {
    if (thread.lastMessageId === echo?.id) thread.lastMessageId = messageId;
    await noteAnswer(work, thread, row.sent_at, row.author_id);
    await saveThread(tx, thread);
  }
  work.touch('message', messageId);
  work.touch('conversation', row.conversation_id);
  work.record('relay', 'reply.sent', messageId, { conversationId: row.conversation_id });
}

/** The answer to a private reply tells who the commenter is in direct messages; a comment may not have said. */
async function linkContact(work: AgencyWork, attempt: Attempt, recipientId: string | null): Promise<void> {
  if (recipientId === null || !('commentId' in attempt.to)) return;
  await work.tx.run(
    `update contacts set sender_id = :recipientId
     where agency_id = :agency and account_id = :accountId and sender_id like 'comment:%'
       and id = (select contact_id from conversations where agency_id = :agency and id = :conversationId)
       and not exists (select 1 from contacts o where o.agency_id = :agency and o.account_id = :accountId and o.sender_id = :recipientId)`,
    { recipientId, accountId: attempt.accountId, conversationId: attempt.conversationId },
  );
}

async function queueAgain(work: AgencyWork, attempt: Attempt, at: number, code: string, detail: string): Promise<void> {
  await work.tx.run(
    `update messages set state = 'queued', next_attempt_at = :at, lease_until = null, failure_code = :code, failure_detail = :detail
     where agency_id = :agency and id = :id`,
    { id: attempt.messageId, at, code, detail },
  );
  work.touch('message', attempt.messageId);
  work.touch('conversation', attempt.conversationId);
  work.record('relay', 'reply.waits', attempt.messageId, { code, until: at });
}

/** First look after half a minute: an echo, if there is one, is usually here by then. */
export const firstLookMs = 30 * secondMs;

export async function markUnconfirmed(work: AgencyWork, messageId: string, detail: string): Promise<void> {
  const row = await work.tx.get<{ conversationId: string }>(
    `update messages set state = 'unconfirmed', next_attempt_at = :at, lease_until = null, attempts = 0,
       failure_code = 'unconfirmed', failure_detail = :detail
     where agency_id = :agency and id = :id returning conversation_id as "conversationId"`,
    { id: messageId, at: work.now + firstLookMs, detail },
  );
  work.touch('message', messageId);
  if (row !== undefined) work.touch('conversation', row.conversationId);
  work.record('relay', 'reply.unconfirmed', messageId);
}
