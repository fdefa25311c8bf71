import type { AgencyWork } from '../ledger/agency-work.ts';
import type { Attempt } from './attempts.ts';
import { pauseMs, refusedCallsPauseMs } from './backoff.ts';
import type { SendOutcome } from './channel-port.ts';
import { markRepliesWaiting, newsMs } from './told-to-wait.ts';

/** After Meta has refused this many calls of an account, the trouble is shown for the account and not only for each message. */
const callsUntilTrouble = 3;

/** Notes what an answer says about the account, whatever has become of the message. Returns until when the account's messages wait. */
export async function noteAccountOutcome(work: AgencyWork, attempt: Attempt, outcome: SendOutcome): Promise<number> {
  switch (outcome.kind) {
    case 'sent':
      await clearTrouble(work, attempt.accountId, 'send');
      return work.now;
    case 'throttled':
      return pause(work, attempt.accountId, work.now + pauseMs(attempt.attempts, outcome.retryAfterMs), outcome.kind);
    case 'reauth':
      await stop(work, attempt);
      return work.now;
    case 'calls_refused':
      return pause(
        work,
        attempt.accountId,
        work.now + refusedCallsPauseMs(await refusedForMs(work, attempt)),
        outcome.kind,
      );
    default:
      return work.now;
  }
}

/** Once Meta has said "not before then", a later answer with a shorter time or none does not shorten the wait. */
async function pause(
  work: AgencyWork,
  accountId: string,
  until: number,
  reason: 'throttled' | 'calls_refused',
): Promise<number> {
  const before = await work.tx.get<{ until: number }>(
    `select paused_until as until from accounts where agency_id = :agency and id = :accountId`,
    { accountId },
  );
  const paused = await work.tx.get<{ until: number }>(
    `update accounts set paused_until = case when paused_until > :until then paused_until else :until end
     where agency_id = :agency and id = :accountId returning paused_until as until`,
    { accountId, until },
  );
  work.record('relay', 'account.paused', accountId, { until: paused?.until ?? until });
  const told = before?.until ?? 0;
  if (told <= work.now || until - told >= newsMs) await markRepliesWaiting(work, accountId, reason);
  return paused?.until ?? until;
}

/** The token is dead, unless the account has got a new one since: then Meta meant the old one. */
async function stop(work: AgencyWork, { accountId, tokenNumber }: Attempt): Promise<void> {
  const changed = await work.tx.run(
    `update accounts set state = 'reauth_required'
     where agency_id = :agency and id = :accountId and state = 'connected' and token_number = :tokenNumber`,
    { accountId, tokenNumber },
  );
  if (changed === 0) return;
  work.touch('account', accountId);
  work.record('relay', 'account.reauth_required', accountId);
  await markRepliesWaiting(work, accountId, 'reauth_required');
}

/** How long all calls of the account have been refused. After a few, this is noted once, for the account as a whole. */
async function refusedForMs(work: AgencyWork, { accountId, messageId, attempts }: Attempt): Promise<number> {
  const account = await work.tx.get<{ since: number | null }>(
    `select trouble_since as since from accounts where agency_id = :agency and id = :accountId`,
    { accountId },
  );
  if (account === undefined) return 0;
  if (account.since !== null) return work.now - account.since;
  const others = await work.tx.get<{ calls: number | null }>(
    `select sum(attempts) as calls from messages
     where agency_id = :agency and account_id = :accountId and state = 'queued' and next_attempt_at is not null
       and failure_code = 'calls_refused' and id <> :messageId`,
    { accountId, messageId },
  );
  if ((others?.calls ?? 0) + attempts < callsUntilTrouble) return 0;
  await work.tx.run(
    `update accounts set trouble_code = 'calls_refused', trouble_since = :now where agency_id = :agency and id = :accountId`,
    { accountId, now: work.now },
  );
  work.touch('account', accountId);
  work.record('relay', 'account.calls_refused', accountId);
  return 0;
}

/**
 * A call of the account succeeded. While replies wait because of the trouble, a call that only reads proves nothing about sending;
 * when none is left waiting, it is the only evidence there is.
 */
export async function clearTrouble(work: AgencyWork, accountId: string, by: 'send' | 'read'): Promise<void> {
  const changed = await work.tx.run(
    `update accounts set trouble_code = null, trouble_since = null
     where agency_id = :agency and id = :accountId and trouble_code = 'calls_refused' and (:by = 'send' or not exists (
       select 1 from messages m where m.agency_id = :agency and m.account_id = :accountId and m.state = 'queued'
         and m.next_attempt_at is not null and m.failure_code = 'calls_refused'))`,
    { accountId, by },
  );
  if (changed === 0) return;
  work.touch('account', accountId);
  work.record('relay', 'account.calls_work_again', accountId);
}
