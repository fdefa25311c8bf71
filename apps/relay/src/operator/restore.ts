import { resolve } from 'node:path';
import { newId } from '@transom/shared';
import { normalizeDelivery, takeOut } from '../channels/all.ts';
import { applyForgotten } from '../forgotten/apply-forgotten.ts';
import { appendForgotten, forgottenPathOf, readForgotten, readUncopied } from '../forgotten/forgotten-file.ts';
import { inWork } from '../ledger/agency-work.ts';
import { doubtAfterRestore } from '../ledger/doubts.ts';
import type { Database } from '../store/database.ts';
import type { Store } from '../store/port.ts';
import { type Command, need, Refused } from './command.ts';
import { databaseOf, listAgencies } from './relay-files.ts';

/**
 * Puts a backup in place of the database. Time goes back for the relay but not for Meta and the desks, so
 *   - every agency gets a new epoch: desks fetch everything again instead of trusting a cursor from a future that is gone;
 *   - a reply that the backup shows as waiting may have been sent since: it becomes `unconfirmed` and is looked up, never repeated;
 *   - what was erased, unsent or revoked since is forgotten again.
 */
export const restore: Command = {
  name: 'restore',
  summary: 'Put a backup in place of the database (stop the relay first)',
  usage: `--from FILE

  --from FILE   a copy made by "transom-relay backup"; where FILE.sha256 is beside it, it is checked

The present database is kept beside it under a name that ends in .before-restore-TIME. Stop the relay first.`,
  options: { from: { type: 'string' } },
  async run(call) {
    const from = resolve(need(call, 'from'));
    const database = databaseOf(call.settings);
    const now = Date.now();
    const restored = await database.restore(from, now, (store) => makeReady(store, database, now));
    if (!restored.ok) throw new Refused(restored.detail);
    const { path, kept, made: agencies } = restored;
    call.tell(
      { path, agencies, kept },
      `Restored ${path}; agencies whose desks fetch everything again: ${agencies}.${kept === null ? '' : ` The former database is kept as ${kept}.`}`,
    );
    return 0;
  },
};

/** First copies what the present database has forgotten to the file beside it; from there the backup forgets it too. */
async function makeReady(store: Store, database: Database, now: number): Promise<number> {
  const forgottenPath = forgottenPathOf(database);
  appendForgotten(forgottenPath, await readUncopied(database));
  const agencies = await startNewEpochs(store, now);
  await applyForgotten({ store, normalize: normalizeDelivery, takeOut }, readForgotten(forgottenPath), now);
  return agencies;
}

async function startNewEpochs(store: Store, now: number): Promise<number> {
  const agencies = await listAgencies(store);
  for (const { id: agencyId } of agencies) {
    await inWork(
      store.forAgency(agencyId),
      () => now,
      async (work) => {
        await work.tx.run(`update agencies set epoch = :epoch where id = :agency`, { epoch: newId() });
        work.record('operator', 'agency.restored', agencyId, { unconfirmed: await doubtAfterRestore(work) });
      },
    );
  }
  return agencies.length;
}
