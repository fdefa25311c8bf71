import { dayMs } from '@transom/shared';
import type { Store, SystemTx } from '../store/port.ts';

/** Meta stops retrying after 36 hours; a week leaves time to find and replay what failed. */
const keepDeliveriesMs = 7 * dayMs;
/** Early events this old have a message that will never come. */
const keepEarlyMs = 7 * dayMs;

/** One step of a long clean-up: short enough that a webhook hardly waits for it. */
const biteMs = 5;
const rowsAtOnce = 200;

/** Removes old deliveries that were understood, and early events whose message never came. Works in small steps. */
export async function forgetOld(store: Store, now: number): Promise<void> {
  for (let after: number | null = 0; after !== null; )
    after = await store.write((tx) => forgetSome(tx, after ?? 0, now));
  const agencies = await store.read((tx) => tx.all<{ id: string }>(`select id from agencies`));
  for (const { id } of agencies) {
    const forget = () =>
      store.forAgency(id).write((tx) =>
        tx.run(
          `delete from early_events where agency_id = :agency and (account_id, native_id, kind) in (
           select account_id, native_id, kind from early_events where agency_id = :agency and kept_at < :before limit :rowsAtOnce)`,
          { before: now - keepEarlyMs, rowsAtOnce },
        ),
      );
    while ((await forget()) === rowsAtOnce);
  }
}

/**
 * Goes by id, which is the order in which they came, until the first that is not old: no look at those that stay. One that is dated
 * ahead, by a clock that was, stays until then and does not stand before what came after it. After which id it goes on; null at
 * the end.
 */
async function forgetSome(tx: SystemTx, after: number, now: number): Promise<number | null> {
  const before = now - keepDeliveriesMs;
  const until = performance.now() + biteMs;
  const gone: number[] = [];
  let at: number | null = after;
  while (at !== null && gone.length < rowsAtOnce && performance.now() < until) {
    const next: Row | undefined = await tx.get<Row>(
      `select id, state, received_at as "receivedAt" from deliveries where id > :at order by id limit 1`,
      { at },
    );
    if (next === undefined || (next.receivedAt >= before && next.receivedAt <= now)) at = null;
    else if (next.state === 'done' && next.receivedAt < before) {
      await tx.run(`delete from deliveries where id = :id`, { id: next.id });
      gone.push(next.id);
      at = next.id;
    } else if (gone.length === 0) at = next.id;
    // What failed stays, as what is dated ahead, and with it where the words in it stand: it divides what goes from what goes next.
    else break;
  }
  await forgetItems(tx, gone.at(0), gone.at(-1));
  return at;
}

type Row = { readonly id: number; readonly state: string; readonly receivedAt: number };

/** Where words stood that are gone with their deliveries, between which none stays. */
async function forgetItems(tx: SystemTx, first: number | undefined, last: number | undefined): Promise<void> {
  if (first === undefined || last === undefined) return;
  for (const { id } of await tx.all<{ id: string }>(`select id from agencies order by id`)) {
    await tx
      .forAgency(id)
      .run(`delete from delivery_items where agency_id = :agency and delivery_id >= :first and delivery_id <= :last`, {
        first,
        last,
      });
  }
}
