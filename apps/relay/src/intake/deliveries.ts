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
  readonly body: Buffer;
  readonly attempts: number;
  readonly receivedAt: number;
  readonly state: 'pending' | 'done';
};

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
  return { id: row.id, body: delivery.body, attempts: 0, receivedAt: delivery.receivedAt, state };
}

/**
 * Due deliveries in the order in which they came; those that failed before come after the fresh ones. `state <> 'done'` says again what
 * the index is limited to: without it SQLite does not see that the index may be taken.
 */
export async function takePending(tx: SystemTx, now: number, limit: number): Promise<StoredDelivery[]> {
  return tx.all<StoredDelivery>(
    `select id, body, attempts, state, received_at as "receivedAt" from deliveries
     where state = 'pending' and state <> 'done' and next_attempt_at <= :now order by next_attempt_at, id limit :limit`,
    { now, limit },
  );
}

/** Understood; `unhandled` counts what was in it for nobody. */
export async function markDone(tx: SystemTx, { id, state }: StoredDelivery, unhandled: number): Promise<void> {
  if (state === 'done' && unhandled === 0) return;
  await tx.run(`update deliveries set state = 'done', unhandled = :unhandled, error = null where id = :id`, {
    id,
    unhandled,
  });
}

const retryDelaysMs = [1_000, 10_000, 60_000, 600_000];

/** Notes a failure: tried again later, or set aside after the last attempt. `error` names the fault, never the content. */
export async function markFailed(
  tx: SystemTx,
  delivery: StoredDelivery,
  error: string,
  now: number,
): Promise<'retry' | 'failed'> {
  const delayMs = retryDelaysMs[delivery.attempts];
  const state = delayMs === undefined ? 'failed' : 'pending';
  await tx.run(
    `update deliveries set state = :state, attempts = :attempts, next_attempt_at = :nextAttemptAt, error = :error where id = :id`,
    { id: delivery.id, state, attempts: delivery.attempts + 1, nextAttemptAt: now + (delayMs ?? 0), error },
  );
  return state === 'failed' ? 'failed' : 'retry';
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

/**
 * Looks again at deliveries of the last days that had something for nobody: a Page may write before the transaction that
 * connects it has committed. Healthy parts of them change nothing the second time.
 */
export async function reconsiderUnclaimed(tx: SystemTx, now: number): Promise<void> {
  await tx.run(
    `update deliveries set state = 'pending', attempts = 0, next_attempt_at = 0
     where state = 'done' and unhandled > 0 and received_at > :after`,
    { after: now - unclaimedMs },
  );
}
const unclaimedMs = 3 * dayMs;

/** Empties deliveries that carried a message which the person took back: its words must not stay behind in the bytes. */
export async function forgetBodies(tx: SystemTx, nativeMessageId: string): Promise<void> {
  await tx.run(`update deliveries set body = :nothing where state = 'done' and instr(body, :nativeMessageId) > 0`, {
    nothing: Buffer.alloc(0),
    nativeMessageId: Buffer.from(nativeMessageId),
  });
}

/** Meta stops retrying after 36 hours; a week leaves time to find and replay what failed. */
export const keepDeliveriesMs = 7 * dayMs;

export async function forgetOldDeliveries(store: Store, now: number): Promise<void> {
  await store.write((tx) =>
    tx.run(`delete from deliveries where state = 'done' and received_at < :before`, { before: now - keepDeliveriesMs }),
  );
}
