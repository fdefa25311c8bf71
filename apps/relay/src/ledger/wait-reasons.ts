import type { Reason } from '@transom/shared';
import type { AgencyWork } from './agency-work.ts';
import { failureColumns, failureParams, setFailure } from './failure.ts';

/** Nobody reads further down a queue, and each costs a change on the feed. */
const maxNotedAtOnce = 200;
const firstInQueue = (which: string) => `
  select id from messages
  where agency_id = :agency and account_id = :accountId and state = 'queued' and next_attempt_at is not null ${which}
  order by next_attempt_at limit :limit`;

const setUnlessTried = Object.entries(failureColumns)
  .map(([column, value]) => `${column} = case when attempts = 0 or :which = 'all' then ${value} else ${column} end`)
  .join(', ');

/** Notes why an account's queued replies wait: those that were never tried, or all of them. */
export async function noteWhyTheyWait(
  work: AgencyWork,
  accountId: string,
  why: Reason,
  which: 'untried' | 'all',
): Promise<void> {
  const told = await work.tx.all<{ id: string }>(
    `update messages set ${setUnlessTried}
     where agency_id = :agency and id in (${firstInQueue('')}) returning id`,
    { accountId, ...failureParams(why), which, limit: maxNotedAtOnce },
  );
  for (const { id } of told) work.touch('message', id);
}

/** The account is connected again: replies that waited for that now wait for another reason, or for none. */
export async function noteConnected(work: AgencyWork, accountId: string, why: Reason | null): Promise<void> {
  const told = await work.tx.all<{ id: string }>(
    `update messages set ${setFailure}
     where agency_id = :agency and id in (${firstInQueue(`and failure_code in ('reauth_required', 'account_disconnected')`)})
     returning id`,
    { accountId, ...failureParams(why), limit: maxNotedAtOnce },
  );
  for (const { id } of told) work.touch('message', id);
}
