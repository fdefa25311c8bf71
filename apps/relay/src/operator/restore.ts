import { chmodSync, copyFileSync, existsSync, mkdirSync, renameSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { newId } from '@transom/shared';
import { AgencyWork } from '../inbox/agency-work.ts';
import type { Store } from '../store/port.ts';
import { lockForServing } from '../store/sqlite/lock.ts';
import { schemaVersion } from '../store/sqlite/migrate.ts';
import { openSqliteStore } from '../store/sqlite/open.ts';
import { type Command, need, Refused } from './command.ts';
import { inspectDatabaseFile, removeCompanions } from './database-file.ts';
import { listAgencies } from './relay-files.ts';

/**
 * Puts a backup in place of the database. Time goes back for the relay but not for Meta and the desks, so that
 *   - every agency gets a new epoch: desks fetch everything anew instead of trusting a cursor of a future that is gone;
 *   - a reply that the backup shows as waiting may have gone out since: it becomes `unconfirmed` and is looked up, never repeated.
 */
export const restore: Command = {
  name: 'restore',
  summary: 'Put a backup in place of the database (stop the relay first)',
  usage: `--from FILE

  --from FILE   a copy made by "transom-relay backup"

The present database is kept beside it under a name that ends in .before-restore-TIME. Stop the relay first.`,
  options: { from: { type: 'string' } },
  async run(call) {
    const from = resolve(need(call, 'from'));
    const { databasePath } = call.settings;
    const inspected = inspectDatabaseFile(from);
    if (!inspected.ok) throw new Refused(`Nothing was changed. ${inspected.detail}`);
    removeCompanions(from);
    if (inspected.version > schemaVersion)
      throw new Refused('Nothing was changed. A newer relay made this backup: restore it with that one.');
    mkdirSync(dirname(databasePath), { recursive: true });
    // Held to the end: a relay that serves, or starts meanwhile, would write into a file that is being exchanged below it.
    const unlock = lockForServing(databasePath);
    const now = Date.now();
    const fresh = `${databasePath}.restoring`;
    copyFileSync(from, fresh);
    chmodSync(fresh, 0o600);
    const store = openSqliteStore(fresh);
    const agencies = await beginAnew(store, now).finally(() => store.close());
    removeCompanions(fresh);
    const kept = putAside(databasePath, now);
    renameSync(fresh, databasePath);
    unlock();
    call.tell(
      { path: databasePath, agencies, kept },
      `Restored ${databasePath}; ${agencies} agencies begin anew.${kept === null ? '' : ` What was there is kept as ${kept}.`}`,
    );
    return 0;
  },
};

async function beginAnew(store: Store, now: number): Promise<number> {
  const agencies = await listAgencies(store);
  for (const { id: agencyId } of agencies) {
    await store.forAgency(agencyId).write(async (tx) => {
      await tx.run(`update agencies set epoch = :epoch where id = :agency`, { epoch: newId() });
      const work = new AgencyWork(tx, now);
      const waiting = await tx.all<{ id: string; conversation_id: string }>(
        `update messages set state = 'unconfirmed', lease_until = null, next_attempt_at = :now,
           attempt_started_at = coalesce(attempt_started_at, sent_at)
         where agency_id = :agency and state in ('queued', 'sending') returning id, conversation_id`,
        { now },
      );
      for (const message of waiting) {
        work.touch('message', message.id);
        work.touch('conversation', message.conversation_id);
      }
      work.record('operator', 'agency.restored', agencyId, { unconfirmed: waiting.length });
      await work.finish();
    });
  }
  return agencies.length;
}

function putAside(databasePath: string, now: number): string | null {
  if (!existsSync(databasePath)) return null;
  const kept = `${databasePath}.before-restore-${now}`;
  for (const ending of ['', '-wal', '-shm']) {
    if (existsSync(databasePath + ending)) renameSync(databasePath + ending, kept + ending);
  }
  return kept;
}
