import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { cacheMigrations, localMigrations, migrate } from './migrate.ts';

export type Db = Database.Database;
/** Prepared queries by name, so that a test can ask SQLite how it runs them. */
export type Explainable = Readonly<Record<string, { readonly source: string }>>;

/** Nobody else should have our files open; a backup program that does is waited for, though not long: the wait blocks everything. */
const busyMs = 1_000;

/** Something is wrong with this computer's files: a code for support and a sentence for people. */
export type Trouble = { readonly code: string; readonly detail: string };
export type Opened =
  | { readonly kind: 'open'; readonly db: Db; readonly movedAside: boolean }
  | { readonly kind: 'trouble'; readonly trouble: Trouble };

/**
 * Opens both files as schemas of one connection: `main` is cache.db (may vanish at any time, the relay refills it), `local` is
 * local.db (what nobody can bring back, so every commit reaches the disk). No transaction may write to both: two
 * write-ahead logs do not commit together when the power fails.
 */
export function openDatabase(dataDir: string): Opened {
  const cachePath = join(dataDir, 'cache.db');
  const localPath = join(dataDir, 'local.db');
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    const local = prepareLocal(localPath);
    if (local.kind === 'trouble') return local;
    if (local.cacheDamaged) moveAside(cachePath);
    let cache = openCache(cachePath);
    const movedAside = local.cacheDamaged || cache === 'damaged';
    if (cache === 'damaged') {
      moveAside(cachePath);
      cache = openCache(cachePath);
    }
    if (cache === 'newer') return newer('cache.db');
    if (cache === 'damaged') return { kind: 'trouble', trouble: troubleOf(new Error('cache.db cannot be made anew')) };
    cache.prepare('ATTACH ? AS local').run(localPath);
    cache.pragma('local.synchronous = FULL');
    cache.pragma('temp_store = MEMORY');
    if (movedAside) cache.prepare(`DELETE FROM local.settings WHERE name = 'cache_damaged'`).run();
    return { kind: 'open', db: cache, movedAside };
  } catch (error) {
    return { kind: 'trouble', trouble: troubleOf(error) };
  }
}

/** Forgets the texts that an earlier damaged cache may still hold on disk. */
export function removeAside(dataDir: string): void {
  rmSync(join(dataDir, 'cache.db.damaged'), { force: true });
}

/** Whether an error means that the cache, and nothing else, has to be made anew. */
export function isDamage(error: unknown): boolean {
  const code = codeOf(error);
  return code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB';
}

export function troubleOf(error: unknown): Trouble {
  const code = codeOf(error);
  if (code === 'SQLITE_FULL' || code === 'ENOSPC') {
    return {
      code: 'disk_full',
      detail:
        'This computer\u2019s disk is full, so nothing more can be stored. Free some space; nothing that was stored is lost.',
    };
  }
  if (isDamage(error)) {
    return {
      code: 'cache_damaged',
      detail:
        'The copy of the inbox on this computer is damaged. Start Transom again: it fetches a new copy from the relay.',
    };
  }
  return {
    code: 'files_unusable',
    detail: `Transom cannot use its folder on this computer (${code === '' ? 'unknown reason' : code}). Check that the folder may be written to and start again.`,
  };
}

function prepareLocal(path: string): { kind: 'ready'; cacheDamaged: boolean } | { kind: 'trouble'; trouble: Trouble } {
  let db: Db | null = null;
  try {
    db = new Database(path, { timeout: busyMs });
    if (db.pragma('quick_check', { simple: true }) !== 'ok') return damagedLocal;
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = FULL');
    if (!migrate(db, localMigrations)) return newer('local.db');
    return {
      kind: 'ready',
      cacheDamaged: db.prepare(`SELECT 1 FROM settings WHERE name = 'cache_damaged'`).get() !== undefined,
    };
  } catch (error) {
    if (isDamage(error)) return damagedLocal;
    throw error;
  } finally {
    db?.close();
  }
}

const damagedLocal = {
  kind: 'trouble',
  trouble: {
    code: 'local_damaged',
    detail:
      'The file with your drafts and unsent replies (local.db) is damaged. Transom has left it as it is. Restore it from a backup, or move it away to start with an empty one.',
  },
} as const;

function openCache(path: string): Db | 'damaged' | 'newer' {
  let db: Db | null = null;
  try {
    db = new Database(path, { timeout: busyMs });
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = NORMAL');
    db.pragma('cache_size = -64000');
    if (!migrate(db, cacheMigrations)) {
      db.close();
      return 'newer';
    }
    db.prepare('SELECT * FROM conversations ORDER BY lane, lane_position LIMIT 1').get();
    db.prepare('SELECT * FROM messages ORDER BY position DESC LIMIT 1').get();
    return db;
  } catch (error) {
    db?.close();
    if (isDamage(error)) return 'damaged';
    throw error;
  }
}

function moveAside(path: string): void {
  rmSync(`${path}-wal`, { force: true });
  rmSync(`${path}-shm`, { force: true });
  rmSync(`${path}.damaged`, { force: true });
  renameSync(path, `${path}.damaged`);
}

function newer(file: string): { kind: 'trouble'; trouble: Trouble } {
  return {
    kind: 'trouble',
    trouble: {
      code: 'database_newer',
      detail: `${file} was written by a newer Transom. Update Transom on this computer; nothing was changed.`,
    },
  };
}

function codeOf(error: unknown): string {
  const code: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : undefined;
  return typeof code === 'string' ? code : '';
}
