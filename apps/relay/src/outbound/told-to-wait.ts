import { type Account, because, type Reason, secondMs } from '@transom/shared';
import type { AgencyWork } from '../ledger/agency-work.ts';
import { noteConnected, noteWhyTheyWait } from '../ledger/wait-reasons.ts';
import type { AgencyTx } from '../store/port.ts';

/** Why all replies of an account wait, whichever of them was tried. */
const reasons = {
  throttled: because('throttled'),
  calls_refused: because('calls_refused'),
  reauth_required: because('reauth_required'),
  account_disconnected: because('account_disconnected.queued'),
} as const;
export type WaitCode = keyof typeof reasons;

/** Several answers that say the same come within moments; a wait that grows by less than this is no news. */
export const newsMs = 10 * secondMs;

/**
 * The account waits, and so do its replies that were never tried: desks must learn why. A reply that was tried keeps its own reason, unless
 * the account needs a person.
 */
export async function markRepliesWaiting(work: AgencyWork, accountId: string, code: WaitCode): Promise<void> {
  const needsPerson = code === 'reauth_required' || code === 'account_disconnected';
  await noteWhyTheyWait(work, accountId, reasons[code], needsPerson ? 'all' : 'untried');
}

/** The account is connected again: replies that waited for that are sent now, or after the pause that Meta asked for before. */
export async function markRepliesConnected(work: AgencyWork, accountId: string): Promise<void> {
  await noteConnected(work, accountId, await waitReason(work.tx, accountId, work.now));
}

/** Why a reply queued now waits from the beginning; null if nothing holds the account up. */
export async function waitReason(tx: AgencyTx, accountId: string, now: number): Promise<Reason | null> {
  const account = await tx.get<{ state: Account['state']; pausedUntil: number }>(
    `select state, paused_until as "pausedUntil" from accounts where agency_id = :agency and id = :accountId`,
    { accountId },
  );
  if (account?.state === 'reauth_required') return reasons.reauth_required;
  if (account?.state === 'disconnected') return reasons.account_disconnected;
  if (account === undefined || account.pausedUntil <= now) return null;
  // The reply whose answer made the account wait, or one that was updated because of it, knows why.
  const other = await tx.get<{ code: string }>(
    `select failure_code as code from messages
     where agency_id = :agency and account_id = :accountId and state = 'queued' and next_attempt_at is not null
       and failure_code in ('throttled', 'calls_refused')
     order by next_attempt_at desc limit 1`,
    { accountId },
  );
  return other?.code === 'calls_refused' ? reasons.calls_refused : reasons.throttled;
}
