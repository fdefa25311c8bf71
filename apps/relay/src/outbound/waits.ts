import type { AgencyStore, AgencyTx } from '../store/port.ts';
import { longestNotSentDelayMs, longestPauseMs } from './backoff.ts';
import { firstLookMs, secondLookMs } from './unconfirmed.ts';

/**
 * Waits are written as moments of the relay's clock. When that clock is put right, they move with it: a reply that failed while it was
 * a day ahead does not wait for that day.
 */
export async function shiftWaits(agency: AgencyStore, stepMs: number): Promise<void> {
  await agency.write(async (tx) => {
    await tx.run(
      `update messages set next_attempt_at = next_attempt_at + :stepMs, attempt_started_at = attempt_started_at + :stepMs
       where agency_id = :agency and state in ('queued', 'sending', 'unconfirmed') and next_attempt_at is not null`,
      { stepMs },
    );
    await tx.run(
      `update accounts set paused_until = paused_until + :stepMs where agency_id = :agency and paused_until > 0`,
      {
        stepMs,
      },
    );
  });
}

/** At start nobody knows whether the clock was ahead before: no wait is longer than the longest of its kind from now. */
export async function clampWaits(agency: AgencyStore, now: number): Promise<void> {
  await agency.write(async (tx) => {
    await tx.run(`update accounts set paused_until = :latest where agency_id = :agency and paused_until > :latest`, {
      latest: now + longestPauseMs,
    });
    await clamp(tx, `state = 'queued' and failure_code in ('throttled', 'calls_refused')`, now + longestPauseMs);
    await clamp(tx, `state = 'queued' and failure_code = 'not_sent'`, now + longestNotSentDelayMs);
    await clamp(tx, `state = 'queued' and (failure_code is null or failure_code = 'reauth_required')`, now);
    await clamp(tx, `state = 'unconfirmed'`, now + Math.max(firstLookMs, secondLookMs));
  });
}

async function clamp(tx: AgencyTx, which: string, latest: number): Promise<void> {
  await tx.run(
    `update messages set next_attempt_at = :latest where agency_id = :agency and ${which} and next_attempt_at > :latest`,
    { latest },
  );
}
