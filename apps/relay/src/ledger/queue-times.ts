import type { AgencyWork } from './agency-work.ts';

/**
 * Times of the outbound queue are by the relay's clock, and shift with it when it is corrected. Nothing is touched: desks get the new time
 * with the next change of each reply.
 */
export async function shiftQueueTimes({ tx, now }: AgencyWork, stepMs: number): Promise<void> {
  await tx.run(
    `update messages set next_attempt_at = next_attempt_at + :stepMs, attempt_started_at = attempt_started_at + :stepMs
     where agency_id = :agency and state in ('queued', 'sending', 'unconfirmed') and next_attempt_at is not null`,
    { stepMs },
  );
  // Attempts that no longer wait may still be confirmed by an echo. Only those dated after `now` certainly began before the clock was set
  // back.
  await tx.run(
    `update messages set attempt_started_at = attempt_started_at + :stepMs
     where agency_id = :agency and native_message_id is null and next_attempt_at is null and attempt_started_at > :now`,
    { stepMs, now },
  );
}

/** The latest times at which a reply of each kind is retried or looked for again. */
export type LatestTimes = {
  readonly told: number;
  readonly notSent: number;
  readonly waitingForAccount: number;
  readonly look: number;
};

/** Limits each wait to the longest of its kind, and the start of each attempt to now. */
export async function clampQueueTimes(work: AgencyWork, latest: LatestTimes): Promise<void> {
  await clamp(work, `state = 'queued' and failure_code in ('throttled', 'calls_refused')`, latest.told);
  await clamp(work, `state = 'queued' and failure_code = 'not_sent'`, latest.notSent);
  // Those that were never tried wait only for their account.
  await clamp(
    work,
    `state = 'queued' and (attempts = 0 or failure_code is null or failure_code in ('reauth_required', 'account_disconnected'))`,
    latest.waitingForAccount,
  );
  await clamp(work, `state = 'unconfirmed'`, latest.look);
  await clampAttempts(work);
}

async function clamp({ tx }: AgencyWork, which: string, latest: number): Promise<void> {
  await tx.run(
    `update messages set next_attempt_at = :latest where agency_id = :agency and ${which} and next_attempt_at > :latest`,
    { latest },
  );
}

/**
 * Limits the start of attempts to now; otherwise Meta's record of one would seem too old to match. How far ahead the clock was is known
 * from messages that arrived meanwhile: Meta dated each a moment before we received it, so the smallest difference is the closest.
 */
async function clampAttempts({ tx, now }: AgencyWork): Promise<void> {
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
