import { accessSync, constants, existsSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { Reason } from '@transom/shared';
import Database from 'better-sqlite3';
import { damagedLocal, isDamage, newerLocal, troubleOf } from './damage.ts';
import { cacheMigrations, localMigrations, migrate } from './migrate.ts';
import { cachePathIn, isOrdinaryFileOrMissing, removeCache, setCacheAside } from './set-aside.ts';

export type Db = Database.Database;
/** Prepared queries by name, so that a test can ask SQLite how it runs them. */
export type Explainable = Readonly<Record<string, { readonly source: string }>>;

export const localPathIn = (folder: string): string => join(folder, 'local.db');

/** Nobody else should have our files open. SQLite waits for a backup program that does, but not long: the wait blocks everything. */
export const busyMs = 1_000;
/** Some 20,000 messages, which take a second to migrate. */
const maxMigratedBytes = 32 * 1024 * 1024;

export type Opened =
  | { readonly kind: 'open'; readonly db: Db; readonly movedAside: boolean }
  | { readonly kind: 'trouble'; readonly trouble: Reason };

/** What happens to an existing cache: it is used, kept aside for examination, or deleted. */
export type Fate = 'keep' | 'set_aside' | 'erase';

/**
 * Opens both files of a folder as schemas of one connection: `main` is cache.db (may vanish at any time, the relay refills it), `local` is
 * local.db (what nobody can bring back, so every commit reaches the disk). No transaction may write to both: two
 * write-ahead logs do not commit together when the power fails.
 *
 * Whatever is wrong with cache.db, a new one takes its place. local.db is never replaced: if it is damaged, that is trouble, and the file
 * stays as it is. An earlier run may have noted in local.db that the cache is damaged or must be erased.
 */
export function openDatabase(folder: string, wanted: Fate = 'keep'): Opened {
  const localPath = localPathIn(folder);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const local = prepareLocal(localPath);
    if (local.kind === 'trouble') return local;
    const fate = wanted === 'erase' || local.fate === 'erase' ? 'erase' : wanted === 'set_aside' ? wanted : local.fate;
    let path = cachePathIn(folder);
    let isErased = true;
    if (fate === 'erase') {
      try {
        removeCache(folder);
      } catch {
        // Another program holds the file (on Windows it cannot be removed then). It is not opened again: this run works
        // without a file, and the next start tries again.
        isErased = false;
        path = ':memory:';
      }
    }
    if (fate === 'set_aside') setCacheAside(folder);
    let cache = openCache(path);
    const movedAside = fate === 'set_aside' || cache === null;
    if (cache === null) {
      setCacheAside(folder);
      cache = openCache(path);
    }
    if (cache === null) return { kind: 'trouble', trouble: troubleOf(new Error('cache.db cannot be rebuilt')) };
    cache.prepare('ATTACH ? AS local').run(localPath);
    cache.pragma('local.synchronous = FULL');
    cache.pragma('local.secure_delete = ON');
    cache.pragma('temp_store = MEMORY');
    if (movedAside) dropNote(cache, 'cache_damaged');
    if (fate === 'erase' && isErased) dropNote(cache, 'cache_to_erase');
    return { kind: 'open', db: cache, movedAside };
  } catch (error) {
    return { kind: 'trouble', trouble: troubleOf(error) };
  }
}

function dropNote(db: Db, name: string): void {
  try {
    db.prepare('DELETE FROM local.settings WHERE name = ?').run(name);
  } catch (error) {
    // Another program holds local.db. Then the next start repeats what was already done, which is harmless.
    if (isDamage(error)) throw error;
  }
}

/** Brings local.db up to date and closes it again. */
export function prepareLocal(path: string): { kind: 'ready'; fate: Fate } | { kind: 'trouble'; trouble: Reason } {
  // SQLite discards a log whose database is missing or empty. This one would hold the last replies.
  if (sizeOf(path) === 0 && sizeOf(`${path}-wal`) > 0) return { kind: 'trouble', trouble: damagedLocal };
  // SQLite silently opens a read-only file, and the first draft would be lost.
  if (existsSync(path)) accessSync(path, constants.W_OK);
  let db: Db | null = null;
  try {
    db = new Database(path, { timeout: busyMs });
    if (db.pragma('quick_check', { simple: true }) !== 'ok') return { kind: 'trouble', trouble: damagedLocal };
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = FULL');
    // Also what a migration copies and drops.
    db.pragma('secure_delete = ON');
    if (!migrate(db, localMigrations)) return { kind: 'trouble', trouble: newerLocal };
    const noted = db.prepare<[], string>('SELECT name FROM settings').pluck().all();
    return {
      kind: 'ready',
      fate: noted.includes('cache_to_erase') ? 'erase' : noted.includes('cache_damaged') ? 'set_aside' : 'keep',
    };
  } catch (error) {
    if (isDamage(error) && !isUnreachable(error)) return { kind: 'trouble', trouble: damagedLocal };
    throw error;
  } finally {
    db?.close();
  }
}

/** The file may be fine: this program just cannot reach it. */
function isUnreachable(error: unknown): boolean {
  return /^SQLITE_(CANTOPEN|READONLY|IOERR|PERM|AUTH)/.test(String(Reflect.get(error as object, 'code')));
}

/** Null for anything but a sound cache of this version. */
function openCache(path: string): Db | null {
  if (!isOrdinaryFileOrMissing(path)) return null;
  let db: Db | null = null;
  try {
    db = new Database(path, { timeout: busyMs });
    const taken = db.pragma('user_version', { simple: true }) as number;
    // Somebody else's database is not migrated, and its header stays as it is.
    if (taken === 0 && schemaOf(db) !== '') return reject(db);
    // Migrating a large cache takes longer than fetching it again, and nobody is served meanwhile.
    if (taken > 0 && taken < cacheMigrations.length && sizeOf(path) > maxMigratedBytes) return reject(db);
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = NORMAL');
    db.pragma('cache_size = -64000');
    db.pragma('secure_delete = ON');
    if (!migrateAndSeal(db, taken)) return reject(db);
    // A read-only file fails only on a real write; an empty transaction succeeds.
    db.pragma(`user_version = ${cacheMigrations.length}`);
    return isSealed(db) ? db : reject(db);
  } catch (error) {
    db?.close();
    if (isDamage(error)) return null;
    throw error;
  }
}

/** In one commit: a migrated cache without its seal would be taken for a damaged one. False when it is newer. */
function migrateAndSeal(db: Db, taken: number): boolean {
  return db.transaction(() => {
    if (!migrate(db, cacheMigrations)) return false;
    if (taken < cacheMigrations.length) seal(db);
    return true;
  })();
}

function reject(db: Db): null {
  db.close();
  return null;
}

/** Notes which tables and indexes the cache has, so that one that is missing or changed is noticed at the next start. */
function seal(db: Db): void {
  db.prepare(`INSERT OR REPLACE INTO contents VALUES ('schema', 0, ?)`).run(crc32(schemaOf(db)));
}

function isSealed(db: Db): boolean {
  const sealed = db.prepare<[], number>(`SELECT sum FROM contents WHERE kind = 'schema'`).pluck().get();
  return sealed === crc32(schemaOf(db));
}

function schemaOf(db: Db): string {
  const parts = db.prepare<[], string>(`SELECT type || name || ifnull(sql, '') FROM sqlite_schema ORDER BY name`);
  return parts.pluck().all().join('\n');
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
