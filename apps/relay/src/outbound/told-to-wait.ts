import { type Account, secondMs } from '@transom/shared';
import type { AgencyWork } from '../inbox/agency-work.ts';
import type { AgencyTx } from '../store/port.ts';

/** Why all replies of an account wait, whoever of them was tried. */
const sentences = {
  throttled: 'Meta asked this account to slow down. Your reply is still queued and will be sent afterwards.',
  calls_refused:
    'Meta is refusing all calls for this account. Your reply is still queued, and Transom will keep trying to send it.',
  reauth_required: 'This account must be connected again. Your reply is still queued and will be sent afterwards.',
  account_disconnected:
    'This account is disconnected. Your reply is still queued and will be sent once it is connected again.',
} as const;
export type WaitCode = keyof typeof sentences;

/** Nobody reads further down a queue, and each costs a change of the feed. */
const toldAtOnce = 200;
/** Several answers that say the same come within moments; a wait that is longer by less is no news. */
export const newsMs = 10 * secondMs;

/**
 * The account waits: so do its replies that were never tried, and their desks must hear why. A reply that was tried has a reason of its
 * own, unless the account needs a person.
 */
export async function tellWaiting(work: AgencyWork, accountId: string, code: WaitCode): Promise<void> {
  const needsPerson = code === 'reauth_required' || code === 'account_disconnected';
  const told = await work.tx.all<{ id: string }>(
    `update messages set
       failure_code = case when attempts = 0 or :needsPerson = 1 then :code else failure_code end,
       failure_detail = case when attempts = 0 or :needsPerson = 1 then :detail else failure_detail end
     where agency_id = :agency and id in (
       select id from messages
       where agency_id = :agency and account_id = :accountId and state = 'queued' and next_attempt_at is not null
       order by next_attempt_at limit :limit)
     returning id`,
    { accountId, code, detail: sentences[code], needsPerson: needsPerson ? 1 : 0, limit: toldAtOnce },
  );
  for (const { id } of told) work.touch('message', id);
}

/** The account is connected again: what waited for that goes out now, or after the pause for which Meta asked before. */
export async function tellConnected(work: AgencyWork, accountId: string): Promise<void> {
  const reason = await waitReason(work.tx, accountId, work.now);
  const told = await work.tx.all<{ id: string }>(
    `update messages set failure_code = :code, failure_detail = :detail
     where agency_id = :agency and id in (
       select id from messages
       where agency_id = :agency and account_id = :accountId and state = 'queued' and next_attempt_at is not null
         and failure_code in ('reauth_required', 'account_disconnected')
       order by next_attempt_at limit :limit)
     returning id`,
    { accountId, code: reason?.code ?? null, detail: reason?.detail ?? null, limit: toldAtOnce },
  );
  for (const { id } of told) work.touch('message', id);
}

/** Why a reply waits: a stable code and a sentence for people. */
export type WaitReason = { readonly code: string; readonly detail: string };

/** Why a reply that is queued now waits from the beginning; null where nothing holds the account up. */
export async function waitReason(tx: AgencyTx, accountId: string, now: number): Promise<WaitReason | null> {
  const account = await tx.get<{ state: Account['state']; pausedUntil: number }>(
    `select state, paused_until as "pausedUntil" from accounts where agency_id = :agency and id = :accountId`,
    { accountId },
  );
  if (account?.state === 'reauth_required') return { code: account.state, detail: sentences[account.state] };
  if (account?.state === 'disconnected')
    return { code: 'account_disconnected', detail: sentences.account_disconnected };
  if (account === undefined || account.pausedUntil <= now) return null;
  // The reply whose answer made the account wait, or one that was told of it, knows why.
  const other = await tx.get<{ code: string }>(
    `select failure_code as code from messages
     where agency_id = :agency and account_id = :accountId and state = 'queued' and next_attempt_at is not null
       and failure_code in ('throttled', 'calls_refused')
     order by next_attempt_at desc limit 1`,
    { accountId },
  );
  const code = other?.code === 'calls_refused' ? 'calls_refused' : 'throttled';
  return { code, detail: sentences[code] };
}
