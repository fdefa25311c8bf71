import { type Account, secondMs } from '@transom/shared';
import type { AgencyWork } from '../ledger/agency-work.ts';
import { noteConnected, noteWhyTheyWait, type WaitReason } from '../ledger/wait-reasons.ts';
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

/** Several answers that say the same come within moments; a wait that is longer by less is no news. */
export const newsMs = 10 * secondMs;

/**
 * The account waits: so do its replies that were never tried, and their desks must hear why. A reply that was tried has a reason of its
 * own, unless the account needs a person.
 */
export async function tellWaiting(work: AgencyWork, accountId: string, code: WaitCode): Promise<void> {
  const needsPerson = code === 'reauth_required' || code === 'account_disconnected';
  await noteWhyTheyWait(work, accountId, { code, detail: sentences[code] }, needsPerson ? 'all' : 'untried');
}

/** The account is connected again: what waited for that goes out now, or after the pause for which Meta asked before. */
export async function tellConnected(work: AgencyWork, accountId: string): Promise<void> {
  await noteConnected(work, accountId, await waitReason(work.tx, accountId, work.now));
}

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
