import type { AgencyWork } from './agency-work.ts';

/** Nobody reads further down a queue, and each costs a change of the feed. */
const toldAtOnce = 200;
const firstInQueue = (which: string) => `
  select id from messages
  where agency_id = :agency and account_id = :accountId and state = 'queued' and next_attempt_at is not null ${which}
  order by next_attempt_at limit :limit`;

/** Why a reply waits: a stable code and a sentence for people. */
export type WaitReason = { readonly code: string; readonly detail: string };

/** The account waits, and so do its replies: those that were never tried, or all of them. */
export async function noteWhyTheyWait(
  work: AgencyWork,
  accountId: string,
  { code, detail }: WaitReason,
  which: 'untried' | 'all',
): Promise<void> {
  const told = await work.tx.all<{ id: string }>(
    `update messages set
       failure_code = case when attempts = 0 or :which = 'all' then :code else failure_code end,
       failure_detail = case when attempts = 0 or :which = 'all' then :detail else failure_detail end
     where agency_id = :agency and id in (${firstInQueue('')}) returning id`,
    { accountId, code, detail, which, limit: toldAtOnce },
  );
  for (const { id } of told) work.touch('message', id);
}

/** The account is connected again: what waited for that waits for another reason now, or for none. */
export async function noteConnected(work: AgencyWork, accountId: string, reason: WaitReason | null): Promise<void> {
  const told = await work.tx.all<{ id: string }>(
    `update messages set failure_code = :code, failure_detail = :detail
     where agency_id = :agency and id in (${firstInQueue(`and failure_code in ('reauth_required', 'account_disconnected')`)})
     returning id`,
    { accountId, code: reason?.code ?? null, detail: reason?.detail ?? null, limit: toldAtOnce },
  );
  for (const { id } of told) work.touch('message', id);
}
