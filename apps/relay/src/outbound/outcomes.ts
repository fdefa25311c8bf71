import { because, isOpen, privateReplyAt, type Reason, windowAt } from '@transom/shared';
import { type AgencyWork, inWork } from '../ledger/agency-work.ts';
import { readAccount } from '../ledger/documents/account.ts';
import { readConversation } from '../ledger/documents/conversation.ts';
import { stateOf } from '../ledger/find-message.ts';
import { postpone } from '../ledger/sending.ts';
import type { AgencyStore } from '../store/port.ts';
import { noteAccountOutcome } from './account-answers.ts';
import type { Attempt } from './attempts.ts';
import { notSentDelayMs } from './backoff.ts';
import type { SendOutcome } from './channel-port.ts';
import { failMessage } from './failures.ts';
import { markSent } from './mark-sent.ts';
import { waitReason } from './told-to-wait.ts';
import { leaveUnconfirmed } from './unconfirmed.ts';

/**
 * What became of one attempt.
 *
 *   sending ──sent───────────▶ sent
 *           ──not_sent───────▶ queued       again later: nothing left this machine
 *           ──throttled──────▶ queued       the whole account pauses
 *           ──reauth─────────▶ queued       the whole account stops until it is connected again
 *           ──calls_refused──▶ queued       the whole account waits until Meta takes its calls again
 *           ──refused────────▶ failed
 *           ──unknown────────▶ unconfirmed  looked up (`reconcile.ts`), never repeated
 *
 * The same applies to an `unconfirmed` message whose answer comes after all: an answer that says what happened is never dropped. What a
 * person or an echo has settled meanwhile stays settled; what the answer says about the account still counts.
 */
export async function settleAttempt(
  agency: AgencyStore,
  attempt: Attempt,
  outcome: SendOutcome,
  now: number,
): Promise<void> {
  await inWork(
    agency,
    () => now,
    async (work) => {
      const waitsUntil = await noteAccountOutcome(work, attempt, outcome);
      const state = await stateOf(work.tx, attempt.messageId);
      if (outcome.kind === 'sent')
        await markSent(work, attempt.messageId, outcome.nativeMessageId, outcome.recipientId);
      else if (state === 'sending' || state === 'unconfirmed') await settle(work, attempt, outcome, waitsUntil, state);
    },
  );
}

async function settle(
  work: AgencyWork,
  attempt: Attempt,
  outcome: Exclude<SendOutcome, { kind: 'sent' }>,
  waitsUntil: number,
  state: 'sending' | 'unconfirmed',
): Promise<void> {
  switch (outcome.kind) {
    case 'not_sent':
      return queueAgain(work, attempt, work.now + notSentDelayMs(attempt.attempts), outcome.why);
    case 'throttled':
    case 'calls_refused':
      return queueAgain(work, attempt, waitsUntil, outcome.why);
    case 'reauth':
      return queueAgain(work, attempt, waitsUntil, await reasonAfterSignIn(work, attempt, outcome.why));
    case 'refused':
      work.record('relay', 'reply.refused_by_platform', attempt.messageId, {
        reason: outcome.why.code,
        platformCode: outcome.platformCode,
      });
      // Meta gives the same answer to apps that lack access: then the window is not the problem, and waiting for the buyer does not help.
      if (outcome.why.code === 'window_closed' && (await isOpenByOurRecord(work, attempt)))
        return failMessage(work, attempt.messageId, because('refused_in_window'));
      return failMessage(work, attempt.messageId, outcome.why);
    case 'unknown':
      if (state === 'sending') await leaveUnconfirmed(work, attempt.messageId, outcome.why);
  }
}

async function isOpenByOurRecord(work: AgencyWork, { conversationId, accountId, to }: Attempt): Promise<boolean> {
  const conversation = await readConversation(work.tx, conversationId, 0);
  const account = await readAccount(work.tx, accountId, 0);
  if (conversation === null || account === null) return false;
  const { window } = conversation;
  // The right to the private reply is used up by this very message.
  if ('commentId' in to)
    return (
      window.comment !== null &&
      isOpen(privateReplyAt({ ...window, comment: { ...window.comment, privateReplyUsedAt: null } }, work.now, account))
    );
  return isOpen(windowAt({ ...window, comment: null }, work.now, account));
}

/** Meta refused the token. If the account has got a new one since, there is no longer a reason to wait. */
async function reasonAfterSignIn(work: AgencyWork, { accountId }: Attempt, why: Reason): Promise<Reason | null> {
  const reason = await waitReason(work.tx, accountId, work.now);
  return reason?.code === why.code ? why : reason;
}

function queueAgain(work: AgencyWork, attempt: Attempt, until: number, why: Reason | null): Promise<void> {
  return postpone(work, attempt.messageId, { until, attempts: attempt.attempts, why });
}
