import { dayMs } from '@transom/shared';
import type { Store, SystemTx } from '../store/port.ts';

/**
 * Webhooks as they came, one row each, kept before anything is done with them.
 *
 *   pending ──▶ done            normalized into the inbox (or known to hold nothing for it)
 *      │  ▲
 *      ▼  └── retry at next_attempt_at
 *   failed                      five attempts failed; it waits for `transom-relay replay` and blocks nobody
 */
export type IncomingDelivery = {
  readonly route: string;
  readonly signedBy: string;
  readonly body: Buffer;
  readonly receivedAt: number;
};

export type StoredDelivery = {
  readonly id: number;
  readonly attempts: number;
  readonly receivedAt: number;
  readonly state: 'pending' | 'done';
  /** How many of its events were brought in before. */
  readonly eventsDone: number;
  /** The first of them that failed since it was last tried; the ones after it went through. */
  readonly failedFrom: number | null;
};

/** Hundreds of events may be in it: too many for one turn of the event loop, so that it is brought in by slices. */
export function isLarge({ body }: IncomingDelivery): boolean {
  return body.byteLength > largeBytes;
}
const largeBytes = 16 * 1024;

/** `done` for one that is brought in by the same transaction; `markFailed` puts it back where that does not succeed. */
export async function insertDelivery(
  tx: SystemTx,
  delivery: IncomingDelivery,
  state: StoredDelivery['state'],
): Promise<StoredDelivery> {
  const row = await tx.get<{ id: number }>(
    `insert into deliveries (received_at, route, signed_by, body, state)
     values (:receivedAt, :route, :signedBy, :body, :state) returning id`,
    { ...delivery, state },
  );
  if (row === undefined) throw new Error('The database took a delivery and gave it no number.');
  return { id: row.id, attempts: 0, receivedAt: delivery.receivedAt, state, eventsDone: 0, failedFrom: null };
}

/**
 * Due deliveries in the order in which they came; those that failed before come after the fresh ones. `state <> 'done'` says again what
 * the index is limited to: without it SQLite does not see that the index may be taken.
 */
export async function takePending(tx: SystemTx, now: number, limit: number): Promise<StoredDelivery[]> {
  return tx.all<StoredDelivery>(
    `select id, attempts, state, received_at as "receivedAt", events_done as "eventsDone", failed_from as "failedFrom" from deliveries
     where state = 'pending' and state <> 'done' and next_attempt_at <= :now order by next_attempt_at, id limit :limit`,
    { now, limit },
  );
}

/** Null for one that was forgotten meanwhile. */
export async function readBody(tx: SystemTx, id: number): Promise<Buffer | null> {
  const row = await tx.get<{ body: Buffer }>(`select body from deliveries where id = :id`, { id });
  return row?.body ?? null;
}

/** So far in this slice; the rest follows in the next one. */
export async function markProgress(
  tx: SystemTx,
  id: number,
  progress: Pick<StoredDelivery, 'eventsDone' | 'failedFrom'> & { readonly error: string | null },
): Promise<void> {
  await tx.run(
    `update deliveries set state = 'pending', events_done = :eventsDone, failed_from = :failedFrom, error = coalesce(:error, error)
     where id = :id`,
    { id, ...progress },
  );
}

/** Understood; `unhandled` counts what was in it for nobody. */
export async function markDone(tx: SystemTx, { id, state }: StoredDelivery, unhandled: number): Promise<void> {
  if (state === 'done' && unhandled === 0) return;
  await tx.run(
    `update deliveries set state = 'done', unhandled = :unhandled, error = null, events_done = 0, failed_from = null
     where id = :id`,
    {
      id,
      unhandled,
    },
  );
}

const retryDelaysMs = [1_000, 10_000, 60_000, 600_000];

/** Notes a failure: tried again later from the event that failed, or set aside after the last attempt. `error` names the fault, never the content. */
export async function markFailed(
  tx: SystemTx,
  delivery: StoredDelivery,
  error: string | null,
  now: number,
  failedFrom = delivery.failedFrom ?? delivery.eventsDone,
): Promise<'retry' | 'failed'> {
  const delayMs = retryDelaysMs[delivery.attempts];
  const state = delayMs === undefined ? 'failed' : 'pending';
  await tx.run(
    `update deliveries set state = :state, attempts = :attempts, next_attempt_at = :nextAttemptAt, error = coalesce(:error, error),
       events_done = :failedFrom, failed_from = null
     where id = :id`,
    { id: delivery.id, state, attempts: delivery.attempts + 1, nextAttemptAt: now + (delayMs ?? 0), error, failedFrom },
  );
  return state === 'failed' ? 'failed' : 'retry';
}

/** When the clock is put right, retries move with it: what failed while it was a day ahead does not wait for that day. */
export async function shiftRetries(store: Store, stepMs: number): Promise<void> {
  await store.write((tx) =>
    tx.run(
      `update deliveries set next_attempt_at = next_attempt_at + :stepMs
       where state = 'pending' and state <> 'done' and next_attempt_at > :onceMore`,
      { stepMs, onceMore },
    ),
  );
}

/** At start nobody knows whether the clock was ahead before: no retry waits longer than the longest delay from now. */
export async function clampRetries(store: Store, now: number): Promise<void> {
  await store.write((tx) =>
    tx.run(
      `update deliveries set next_attempt_at = :latest
       where state = 'pending' and state <> 'done' and next_attempt_at > :latest`,
      { latest: now + Math.max(...retryDelaysMs) },
    ),
  );
}

/** When the next delivery that failed before is due, or null. */
export async function nextRetryAt(store: Store): Promise<number | null> {
  const row = await store.read((tx) =>
    tx.get<{ at: number | null }>(
      `select min(next_attempt_at) as at from deliveries where state = 'pending' and state <> 'done'`,
    ),
  );
  return row?.at ?? null;
}

/** Due, but after everything fresh: what is looked at once more may be very much, and nobody new waits for its end. */
export const onceMore = 1;

/**
 * Looks again at deliveries of the last days that had something for nobody: a Page may write before the transaction that
 * connects it has committed. Healthy parts of them change nothing the second time.
 */
export async function reconsiderUnclaimed(tx: SystemTx, now: number): Promise<void> {
  await tx.run(
    `update deliveries set state = 'pending', attempts = 0, next_attempt_at = :onceMore
     where state = 'done' and unhandled > 0 and received_at > :after`,
    { after: now - unclaimedMs, onceMore },
  );
}
const unclaimedMs = 3 * dayMs;

/** Replaces a delivery's bytes with what is left of them; if that is nothing, there is nothing to bring in. */
export async function replaceBody(tx: SystemTx, id: number, body: Buffer): Promise<void> {
  // Overwritten in place first: a row that becomes shorter may leave its bytes in a page that SQLite reorganizes.
  await tx.run(`update deliveries set body = zeroblob(length(body)) where id = :id`, { id });
  await tx.run(
    `update deliveries set body = :body, events_done = 0, failed_from = null,
       state = case when :isEmpty = 1 then 'done' else state end, error = case when :isEmpty = 1 then null else error end
     where id = :id`,
    { id, body, isEmpty: body.length === 0 ? 1 : 0 },
  );
}
