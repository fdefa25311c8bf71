import { claimLeaseMs } from '@transom/shared';
import { AgencyWork } from '../inbox/agency-work.ts';
import type { AgencyStore, AgencyTx } from '../store/port.ts';
import { longestNotSentDelayMs, longestPauseMs } from './backoff.ts';
import { firstLookMs, secondLookMs } from './unconfirmed.ts';

/**
 * Waits and claims are stored as times of the relay's clock. When that clock is corrected, they move with it: a reply that failed while
 * the clock was a day ahead does not wait for a day, and a claim from then does not keep others out for a day. `now` is after the step.
 */
export async function shiftWaits(agency: AgencyStore, stepMs: number, now: number): Promise<void> {
  await agency.write(async (tx) => {
    await tx.run(
      `update messages set next_attempt_at = next_attempt_at + :stepMs, attempt_started_at = attempt_started_at + :stepMs
       where agency_id = :agency and state in ('queued', 'sending', 'unconfirmed') and next_attempt_at is not null`,
      { stepMs },
    );
    // Attempts that no longer wait may still be proved by an echo. Only those dated after `now` certainly began before the clock was put back.
    await tx.run(
      `update messages set attempt_started_at = attempt_started_at + :stepMs
       where agency_id = :agency and native_message_id is null and next_attempt_at is null and attempt_started_at > :now`,
      { stepMs, now },
    );
    await tx.run(
      `update accounts set paused_until = paused_until + :stepMs where agency_id = :agency and paused_until > 0`,
      { stepMs },
    );
    // Those that held before the step.
    await moveClaims(tx, now, { after: now - stepMs, end: 'claimed_until + :value', value: stepMs });
  });
}

/** At the start nobody knows whether the clock was ahead before: no wait may be longer than the longest of its kind from now. */
export async function clampWaits(agency: AgencyStore, now: number): Promise<void> {
  await agency.write(async (tx) => {
    await tx.run(`update accounts set paused_until = :latest where agency_id = :agency and paused_until > :latest`, {
      latest: now + longestPauseMs,
    });
    await clamp(tx, `state = 'queued' and failure_code in ('throttled', 'calls_refused')`, now + longestPauseMs);
    await clamp(tx, `state = 'queued' and failure_code = 'not_sent'`, now + longestNotSentDelayMs);
    // Those that were never tried wait for their account only.
    await clamp(
      tx,
      `state = 'queued' and (attempts = 0 or failure_code is null or failure_code in ('reauth_required', 'account_disconnected'))`,
      now,
    );
    await clamp(tx, `state = 'unconfirmed'`, now + Math.max(firstLookMs, secondLookMs));
    await clampAttempts(tx, now);
    const latest = now + claimLeaseMs;
    await moveClaims(tx, now, { after: latest, end: ':value', value: latest });
  });
}

/**
 * Gives claims that end after `after` a new end, which is computed from `value`. Desks are told, because they show who is answering.
 */
async function moveClaims(
  tx: AgencyTx,
  now: number,
  { after, end, value }: { readonly after: number; readonly end: string; readonly value: number },
): Promise<void> {
  const moved = await tx.all<{ conversationId: string }>(
    `update handoffs set claimed_until = ${end} where agency_id = :agency and state = 'claimed' and claimed_until > :after
     returning conversation_id as "conversationId"`,
    { after, value },
  );
  const work = new AgencyWork(tx, now);
  for (const { conversationId } of moved) work.touch('conversation', conversationId);
  await work.finish();
}

/**
 * No attempt began later than now; otherwise Meta's record of it would seem too old to match. How far ahead the clock was is told by
 * messages that arrived meanwhile: Meta dated each a moment before we received it, so the smallest difference is the closest.
 */
async function clampAttempts(tx: AgencyTx, now: number): Promise<void> {
  await tx.run(
    `update messages set attempt_dated_at = coalesce(attempt_dated_at, attempt_started_at - (
       select min(w.received_at - w.sent_at) from messages w
       where w.agency_id = :agency and w.conversation_id = messages.conversation_id and w.direction = 'inbound'
         and w.received_at > :now and w.received_at <= messages.attempt_started_at and w.received_at >= w.sent_at))
     where agency_id = :agency and native_message_id is null and attempt_started_at > :now`,
    { now },
  );
  await tx.run(
    `update messages set attempt_started_at = :now,
       attempt_dated_at = case when attempt_dated_at < :now then attempt_dated_at else :now end
     where agency_id = :agency and native_message_id is null and attempt_started_at > :now`,
    { now },
  );
}

async function clamp(tx: AgencyTx, which: string, latest: number): Promise<void> {
  await tx.run(
    `update messages set next_attempt_at = :latest where agency_id = :agency and ${which} and next_attempt_at > :latest`,
    { latest },
  );
}
