import { existsSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { newId } from '@transom/shared';
import { applyForgotten } from '../forgotten/apply-forgotten.ts';
import { appendForgotten, forgottenPathOf, readForgotten } from '../forgotten/forgotten-file.ts';
import { inWork } from '../ledger/agency-work.ts';
import { doubtAfterRestore } from '../ledger/doubts.ts';
import { normalizeDelivery } from '../meta/normalize/delivery.ts';
import { takeOut } from '../meta/normalize/take-out.ts';
import type { Store } from '../store/port.ts';
import { checkChecksum, checksumPathOf, copyDatabase, isUnfinished } from '../store/sqlite/backup.ts';
import { lockDatabase, realPathOf } from '../store/sqlite/lock.ts';
import { schemaVersion } from '../store/sqlite/migrate.ts';
import { openSqliteStore } from '../store/sqlite/open.ts';
import { type Call, type Command, need, Refused } from './command.ts';
import { inspectDatabaseFile } from './database-file.ts';
import { listAgencies } from './relay-files.ts';
import { readUncopied, removeLeftovers, replaceDatabase } from './replace-database.ts';

/**
 * Puts a backup in place of the database. Time goes back for the relay but not for Meta and the desks, so that
 *   - every agency gets a new epoch: desks fetch everything anew instead of trusting a cursor of a future that is gone;
 *   - a reply that the backup shows as waiting may have gone out since: it becomes `unconfirmed` and is looked up, never repeated;
 *   - what was erased, unsent or revoked since is forgotten again.
 * Everything is made ready beside the database, which is then exchanged in one step: wherever it ends, it has happened or it has not.
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
    const databasePath = prepareFolder(call);
    // Before anything is looked at, and held to the end: a relay that serves, or starts meanwhile, would write into a file that is
    // being exchanged below it.
    const unlock = await lockDatabase(databasePath);
    try {
      await refuseUnfit(from, databasePath);
      removeLeftovers(databasePath);
      const now = Date.now();
      const copied = `${databasePath}.restoring-copy`;
      const ready = `${databasePath}.restoring`;
      copyDatabase(from, copied);
      const agencies = await makeReady(copied, databasePath, now);
      // Once more through SQLite: pages of the backup may keep bytes of rows that are erased by now.
      copyDatabase(copied, ready);
      for (const ending of ['', '-wal', '-shm']) rmSync(copied + ending, { force: true });
      const kept = replaceDatabase(databasePath, ready, now);
      call.tell(
        { path: databasePath, agencies, kept },
        `Restored ${databasePath}; agencies whose desks fetch everything again: ${agencies}.${kept === null ? '' : ` The former database is kept as ${kept}.`}`,
      );
      return 0;
    } finally {
      unlock();
    }
  },
};

function prepareFolder({ settings }: Call): string {
  mkdirSync(dirname(settings.databasePath), { recursive: true });
  return realPathOf(settings.databasePath);
}

async function refuseUnfit(from: string, databasePath: string): Promise<void> {
  const refuse = (detail: string) => new Refused(`Nothing was changed. ${detail}`);
  if (!existsSync(from)) throw refuse(`There is no file ${from}.`);
  if (isUnfinished(realPathOf(from)))
    throw refuse(
      `${from} is named like a copy that a backup or restore has not finished. Name a finished backup; if you know that this one is whole, rename it first.`,
    );
  const { dev, ino, size } = statSync(from, { bigint: true });
  if (existsSync(databasePath)) {
    const present = statSync(databasePath, { bigint: true });
    if (present.dev === dev && present.ino === ino)
      throw refuse(`${from} is the database itself. Name a backup of it.`);
  }
  if (size === 0n) throw refuse(`${from} is empty.`);
  if ((await checkChecksum(from)) === 'different')
    throw refuse(`${from} does not match ${checksumPathOf(from)}: it was changed or damaged after it was made.`);
  const inspected = inspectDatabaseFile(from);
  if (!inspected.ok) throw refuse(inspected.detail);
  if (inspected.version > schemaVersion) throw refuse('A newer relay made this backup: restore it with that version.');
}

async function makeReady(ready: string, databasePath: string, now: number): Promise<number> {
  const forgottenPath = forgottenPathOf(databasePath);
  appendForgotten(forgottenPath, readUncopied(databasePath));
  const store = openSqliteStore(ready);
  try {
    const agencies = await beginAnew(store, now);
    const deps = { store, normalize: normalizeDelivery, takeOut };
    await applyForgotten(deps, readForgotten(forgottenPath), now);
    await store.emptyLog();
    return agencies;
  } finally {
    await store.close();
    for (const ending of ['-wal', '-shm']) rmSync(`${ready}${ending}`, { force: true });
  }
}

async function beginAnew(store: Store, now: number): Promise<number> {
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
