import { existsSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Restored } from '../database.ts';
import { isTooNew } from '../migration.ts';
import { schemaVersion } from '../migrations/in-order.ts';
import type { Store } from '../port.ts';
import { checkChecksum, checksumPathOf, copyDatabase, isUnfinished } from './backup.ts';
import { inspectDatabaseFile } from './inspect.ts';
import { lockDatabase, realPathOf } from './lock.ts';
import { openSqliteStore } from './open.ts';
import { removeLeftovers, replaceDatabase } from './replace.ts';

/**
 * Prepares everything beside the database, which is then exchanged in one step: wherever this is interrupted, it has happened or it has
 * not.
 */
export async function restoreDatabase<Made>(
  databasePath: string,
  from: string,
  now: number,
  makeReady: (store: Store) => Promise<Made>,
): Promise<Restored<Made>> {
  mkdirSync(dirname(databasePath), { recursive: true });
  const path = realPathOf(databasePath);
  // Before looking at anything, and held to the end: a relay that serves, or starts meanwhile, would write into a file that is being
  // exchanged underneath it.
  const unlock = await lockDatabase(path);
  try {
    const fault = await faultOf(from, path);
    if (fault !== null) return { ok: false, detail: `Nothing was changed. ${fault}` };
    removeLeftovers(path);
    const copied = `${path}.restoring-copy`;
    const ready = `${path}.restoring`;
    copyDatabase(from, copied);
    const made = await workOn(copied, makeReady);
    // Once more through SQLite: pages of the backup may still hold bytes of rows that have been erased.
    copyDatabase(copied, ready);
    for (const ending of ['', '-wal', '-shm']) rmSync(copied + ending, { force: true });
    return { ok: true, path, kept: replaceDatabase(path, ready, now), made };
  } finally {
    unlock();
  }
}

/** Why this file cannot take the place of the database; null if it can. */
async function faultOf(from: string, databasePath: string): Promise<string | null> {
  if (!existsSync(from)) return `There is no file ${from}.`;
  if (isUnfinished(realPathOf(from)))
    return `${from} is named like a copy that a backup or restore has not finished. Name a finished backup; if you know that this one is whole, rename it first.`;
  const { dev, ino, size } = statSync(from, { bigint: true });
  if (existsSync(databasePath)) {
    const present = statSync(databasePath, { bigint: true });
    if (present.dev === dev && present.ino === ino) return `${from} is the database itself. Name a backup of it.`;
  }
  if (size === 0n) return `${from} is empty.`;
  if ((await checkChecksum(from)) === 'different')
    return `${from} does not match ${checksumPathOf(from)}: it was changed or damaged after it was made.`;
  const inspected = inspectDatabaseFile(from);
  if (!inspected.ok) return inspected.detail;
  return isTooNew(inspected, schemaVersion) ? 'A newer relay made this backup: restore it with that version.' : null;
}

async function workOn<Made>(path: string, work: (store: Store) => Promise<Made>): Promise<Made> {
  const store = openSqliteStore(path);
  try {
    const made = await work(store);
    await store.forgetRemoved();
    return made;
  } finally {
    await store.close();
    for (const ending of ['-wal', '-shm']) rmSync(`${path}${ending}`, { force: true });
  }
}
