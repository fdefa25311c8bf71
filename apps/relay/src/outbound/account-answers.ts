import type { AgencyWork } from '../inbox/agency-work.ts';
import type { Attempt } from './attempts.ts';
import { pauseMs, refusedCallsPauseMs } from './backoff.ts';
import type { SendOutcome } from './channel-port.ts';

/** After this many calls of an account that Meta refused as calls, it is said of the account and not of each message. */
const callsUntilTrouble = 3;

/** What an answer says of the account, whatever has become of the message meanwhile. Until when its messages wait now. */
export async function learnOfAccount(work: AgencyWork, attempt: Attempt, outcome: SendOutcome): Promise<number> {
  switch (outcome.kind) {
    case 'sent':
      await clearTrouble(work, attempt.accountId, 'send');
      return work.now;
    case 'throttled':
      return pause(work, attempt.accountId, work.now + pauseMs(attempt.attempts, outcome.retryAfterMs));
    case 'reauth':
      await stop(work, attempt);
      return work.now;
    case 'calls_refused':
      return pause(work, attempt.accountId, work.now + refusedCallsPauseMs(await refusedForMs(work, attempt)));
    default:
      return work.now;
  }
}

/** Meta said "not before then" once: a later answer without a time, or with a shorter one, takes nothing of that back. */
async function pause(work: AgencyWork, accountId: string, until: number): Promise<number> {
  const paused = await work.tx.get<{ until: number }>(
    `update accounts set paused_until = case when paused_until > :until then paused_until else :until end
     where agency_id = :agency and id = :accountId returning paused_until as until`,
    { accountId, until },
  );
  work.record('relay', 'account.paused', accountId, { until: paused?.until ?? until });
  return paused?.until ?? until;
}

/** The token is dead; unless the account got another one since, which is not the one that Meta spoke of. */
async function stop(work: AgencyWork, { accountId, tokenNumber }: Attempt): Promise<void> {
  const changed = await work.tx.run(
    `update accounts set state = 'reauth_required'
     where agency_id = :agency and id = :accountId and state = 'connected' and token_number = :tokenNumber`,
    { accountId, tokenNumber },
  );
  if (changed === 0) return;
  work.touch('account', accountId);
  work.record('relay', 'account.reauth_required', accountId);
}

/** How long every call of the account has been refused. After a few it is noted, once, for the account as a whole. */
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
 * A call of the account succeeded. One that only read says nothing of sending as long as replies wait for that; where none waits any
 * more, it is the one news there is.
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
