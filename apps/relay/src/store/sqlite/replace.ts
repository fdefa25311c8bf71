import { copyFileSync, existsSync, linkSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { flushFile, flushFolderOf } from '../durably.ts';
import { isStoreError, StoreError } from '../errors.ts';
import { storeErrorOf } from './errors.ts';

/** Removes what a killed restore left beside the database. */
export function removeLeftovers(databasePath: string): void {
  const folder = dirname(databasePath);
  const name = basename(databasePath);
  for (const entry of readdirSync(folder)) {
    const path = join(folder, entry);
    if (entry.startsWith(`${name}.restoring`)) rmSync(path, { force: true });
    if (!entry.startsWith(`${name}.before-restore-`)) continue;
    // A hard link to the database itself or to its log, made just before an exchange that then did not happen; or a piece of a copy.
    const isHardLink = ['', '-wal', '-shm'].some((ending) => isSameFile(path, databasePath + ending));
    if (isHardLink || entry.endsWith('.part')) rmSync(path);
  }
}

/**
 * Puts `ready` in place of the database in one step and keeps the former one under another name. Interrupted before that step, the database
 * is what it was; its log has only been merged into it, because it must not be applied to the new file. Returns where the former database
 * is kept; null if there was none.
 */
export function replaceDatabase(databasePath: string, ready: string, now: number): string | null {
  flushFile(ready);
  if (!existsSync(databasePath)) {
    renameSync(ready, databasePath);
    flushFolderOf(databasePath);
    return null;
  }
  const kept = `${databasePath}.before-restore-${now}`;
  const endings = closeLog(databasePath) ? [''] : ['', '-wal', '-shm'];
  for (const ending of endings) if (existsSync(databasePath + ending)) keep(databasePath + ending, kept + ending);
  flushFolderOf(kept);
  for (const ending of endings) if (ending !== '') rmSync(databasePath + ending, { force: true });
  renameSync(ready, databasePath);
  flushFolderOf(databasePath);
  return kept;
}

/** Merges the log into the database. False if it is too damaged for that: then the log is kept beside it as it is. */
function closeLog(databasePath: string): boolean {
  try {
    const db = new Database(databasePath, { fileMustExist: true, timeout: 5_000 });
    try {
      db.pragma('synchronous = full');
      db.pragma('journal_mode = delete');
    } finally {
      db.close();
    }
  } catch (error) {
    if (!(error instanceof Database.SqliteError)) throw error;
    if (isStoreError(storeErrorOf(error), 'busy'))
      throw new StoreError(
        'busy',
        'Nothing was changed. Another command is using the database; wait until it has finished and try again.',
        { cause: error },
      );
    return false;
  }
  return true;
}

/** A hard link costs neither time nor space; on a file system without links, a copy is made. */
function keep(path: string, kept: string): void {
  try {
    linkSync(path, kept);
  } catch {
    copyFileSync(path, `${kept}.part`);
    flushFile(`${kept}.part`);
    renameSync(`${kept}.part`, kept);
  }
}

function isSameFile(path: string, other: string): boolean {
  if (!existsSync(path) || !existsSync(other)) return false;
  const [one, two] = [statSync(path, { bigint: true }), statSync(other, { bigint: true })];
  return one.dev === two.dev && one.ino === two.ino;
}
