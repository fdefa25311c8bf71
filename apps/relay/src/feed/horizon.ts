import { commandIdsKnownForMs } from '@transom/shared';
import type { AgencyTx, Store } from '../store/port.ts';

/** How far back the feed and the answers to commands reach. A desk that was away longer gets a snapshot. */
export const horizonMs = commandIdsKnownForMs;
/** One step of a long clean-up: short enough that a webhook hardly waits for it. */
const rowsAtOnce = 200;

export async function forgetOldChanges(store: Store, now: number): Promise<void> {
  const agencies = await store.read((tx) => tx.all<{ id: string }>(`select id from agencies`));
  for (const { id } of agencies) {
    const agency = store.forAgency(id);
    while (await agency.write((tx) => forgetSomeChanges(tx, now - horizonMs)));
    while (await agency.write((tx) => forgetSomeCommands(tx, now - horizonMs)));
  }
}

/**
 * Deletes from the oldest change up to the first one that is young enough, so that the rest has no gaps, whatever the clock said when it
 * was written. True when there may be more. The newest change stays, so that the feed never looks as if it had not begun.
 */
async function forgetSomeChanges(tx: AgencyTx, before: number): Promise<boolean> {
  const oldest = await tx.all<{ seq: number; at: number }>(
    `select seq, at from changes where agency_id = :agency order by seq limit :rowsAtOnce`,
    { rowsAtOnce },
  );
  const young = oldest.findIndex(({ at }) => at >= before);
  const last = (young === -1 ? oldest : oldest.slice(0, young)).at(-1);
  if (last === undefined) return false;
  await tx.run(
    `delete from changes where agency_id = :agency and seq <= :last and seq < (select seq from agencies where id = :agency)`,
    { last: last.seq },
  );
  return young === -1 && oldest.length === rowsAtOnce;
}

async function forgetSomeCommands(tx: AgencyTx, before: number): Promise<boolean> {
  const forgotten = await tx.run(
    `delete from commands where agency_id = :agency and id in (
       select id from commands where agency_id = :agency and at < :before order by at limit :rowsAtOnce)`,
    { before, rowsAtOnce },
  );
  return forgotten === rowsAtOnce;
}
