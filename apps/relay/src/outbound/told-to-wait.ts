import { type Account, secondMs } from '@transom/shared';
import type { AgencyWork } from '../inbox/agency-work.ts';
import type { AgencyTx } from '../store/port.ts';

/** Why all replies of an account wait, whoever of them was tried. */
const reasons = {
  throttled: 'Meta asked this account to slow down. This reply is kept and goes out by itself afterwards.',
  calls_refused: 'Meta refuses the calls of this account. This reply is kept, and Transom tries again by itself.',
  reauth_required: 'This account must be connected again. This reply is kept and goes out after that.',
  account_disconnected: 'This account was disconnected. This reply is kept and goes out when it is connected again.',
} as const;
export type ReasonToWait = keyof typeof reasons;

/** Nobody reads further down a queue, and each costs a change of the feed. */
const toldAtOnce = 200;
/** Several answers that say the same come within moments; a wait that is longer by less is no news. */
export const newsMs = 10 * secondMs;

/**
 * The account waits: so do its replies that were never tried, and their desks must hear why. A reply that was tried has a reason of its
 * own, unless the account needs a person.
 */
export async function tellWaiting(work: AgencyWork, accountId: string, code: ReasonToWait): Promise<void> {
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
    { accountId, code, detail: reasons[code], needsPerson: needsPerson ? 1 : 0, limit: toldAtOnce },
  );
  for (const { id } of told) work.touch('message', id);
}

/** The account is connected again: what waited for that goes out now, or after the pause for which Meta asked before. */
export async function tellConnected(work: AgencyWork, accountId: string): Promise<void> {
  const reason = await reasonToWait(work.tx, accountId, work.now);
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
export type Reason = { readonly code: string; readonly detail: string };

/** Why a reply that is queued now waits from the beginning; null where nothing holds the account up. */
export async function reasonToWait(tx: AgencyTx, accountId: string, now: number): Promise<Reason | null> {
  const account = await tx.get<{ state: Account['state']; pausedUntil: number }>(
    `select state, paused_until as "pausedUntil" from accounts where agency_id = :agency and id = :accountId`,
    { accountId },
  );
  if (account?.state === 'reauth_required') return { code: account.state, detail: reasons[account.state] };
  if (account?.state === 'disconnected') return { code: 'account_disconnected', detail: reasons.account_disconnected };
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
  return { code, detail: reasons[code] };
}
