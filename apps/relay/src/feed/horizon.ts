import { dayMs } from '@transom/shared';
import type { AgencyTx, Store } from '../store/port.ts';

/**
 * How far back the feed and the answers to commands reach. A desk that was away longer gets a snapshot; a command that is asked
 * again after this long is a new one.
 */
export const horizonMs = 30 * dayMs;
/** One bite of a long clean-up: short enough that a webhook waits for it without noticing. */
const rowsAtOnce = 500;

export async function forgetOldChanges(store: Store, now: number): Promise<void> {
  const agencies = await store.read((tx) => tx.all<{ id: string }>(`select id from agencies`));
  for (const { id } of agencies) {
    while (await store.forAgency(id).write((tx) => forgetSome(tx, now - horizonMs)));
  }
}

/** True when there may be more. The newest change stays, so that the feed never looks as if it had not begun. */
async function forgetSome(tx: AgencyTx, before: number): Promise<boolean> {
  const changes = await tx.run(
    `delete from changes where agency_id = :agency and seq in (
       select seq from changes where agency_id = :agency and at < :before
         and seq < (select seq from agencies where id = :agency) order by seq limit :rowsAtOnce)`,
    { before, rowsAtOnce },
  );
  const commands = await tx.run(
    `delete from commands where agency_id = :agency and id in (
       select id from commands where agency_id = :agency and at < :before limit :rowsAtOnce)`,
    { before, rowsAtOnce },
  );
  return changes === rowsAtOnce || commands === rowsAtOnce;
}
