import { existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { agencySchema, personSchema, type Reason } from '@transom/shared';
import Database from 'better-sqlite3';
import { isDamage } from '../cache/damage.ts';
import { busyMs, localPathIn, prepareLocal } from '../cache/open.ts';
import { cachePathIn, isOrdinaryFileOrMissing } from '../cache/set-aside.ts';
import type { Identities, Identity } from './identities.ts';
import { flushFolder } from './identities-file.ts';

/**
 * Before Transom kept a folder for each person, cache.db and local.db were in the data folder itself, and they stay there until somebody is
 * paired. They belong to the person whom local.db names, or to the first who pairs. The process may end after any step: identities.json
 * first says where the files go, local.db moves last, and a start that finds it in the old place continues from there.
 */
export function moveIntoOwnFolder(dataDir: string, identities: Identities): Reason | null {
  if (!existsSync(localPathIn(dataDir))) return null;
  const prepared = prepareLocal(localPathIn(dataDir));
  if (prepared.kind === 'trouble') return prepared.trouble;
  for (const step of stepsIntoOwnFolder(dataDir, identities)) step();
  return null;
}

/** The steps in order, separate so that a test can stop after each. */
export function* stepsIntoOwnFolder(dataDir: string, identities: Identities): Generator<() => void> {
  const [local, cache] = [localPathIn(dataDir), cachePathIn(dataDir)];
  if (identities.folder() === join(dataDir, '.')) {
    const { identity, tokensToForget } = readOwner(local);
    if (identity === null) return;
    yield () => identities.change(identity, tokensToForget);
  }
  const folder = identities.folder();
  // They already have a local.db, from an earlier time. The one that is nobody's then stays where it is.
  if (existsSync(localPathIn(folder))) return;
  yield () => mkdirSync(folder, { recursive: true, mode: 0o700 });
  yield () => checkpointLog(local);
  if (existsSync(cache) && isOrdinaryFileOrMissing(cache)) {
    yield () => checkpointLog(cache);
    yield () => renameSync(cache, cachePathIn(folder));
  }
  // What is left beside them, such as a damaged cache, may hold people's words.
  for (const left of ['cache.db-wal', 'cache.db-shm', 'cache.db.damaged'].map((name) => join(dataDir, name)))
    if (existsSync(left) && isOrdinaryFileOrMissing(left)) yield () => rmSync(left);
  yield () => renameSync(local, localPathIn(folder));
  yield () => [folder, dirname(folder), dirname(dirname(folder)), dataDir].forEach(flushFolder);
}

/** A file is moved without its log, so the log must be empty. */
function checkpointLog(path: string): void {
  try {
    const db = new Database(path, { timeout: busyMs });
    db.pragma('wal_checkpoint(TRUNCATE)');
    db.close();
  } catch (error) {
    // Only a cache can be damaged here. It is rebuilt in its new place.
    if (!isDamage(error)) throw error;
    return;
  }
  if ((statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0)
    throw Object.assign(new Error('Another program reads in the log.'), { code: 'SQLITE_BUSY' });
}

/** Who worked here when there was one folder. An unreadable person counts as nobody. */
function readOwner(path: string): { identity: Identity | null; tokensToForget: string[] } {
  const db = new Database(path, { timeout: busyMs, readonly: true });
  try {
    const names = db.prepare<[], string>(`SELECT value FROM settings WHERE name = 'tokens_to_forget'`).pluck().get();
    const row = db.prepare<[], OwnerRow>('SELECT relay_url, device_id, agency, person FROM identity').get();
    const tokensToForget = (names ?? '').split('\n').filter((name) => name !== '');
    const person = personSchema.safeParse(readJson(row?.person));
    if (row === undefined || !person.success) return { identity: null, tokensToForget };
    const agency = agencySchema.safeParse(readJson(row.agency)).data ?? null;
    // A desk that was cut off before the first hello does not know its business: the person's id is unique, too.
    const agencyId = agency?.id ?? '';
    const identity = { relayUrl: row.relay_url, deviceId: row.device_id, agencyId, agency, person: person.data };
    return { identity, tokensToForget };
  } finally {
    db.close();
  }
}
type OwnerRow = { relay_url: string; device_id: string; agency: string | null; person: string };

function readJson(text: string | null | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return null;
  }
}
