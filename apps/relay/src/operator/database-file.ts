import { rmSync } from 'node:fs';
import Database from 'better-sqlite3';

/** Whether a database file is whole, asked of the file itself and without changing it. `version` is that of its tables. */
export function inspectDatabaseFile(path: string): { ok: true; version: number } | { ok: false; detail: string } {
  try {
    const db = new Database(path, { readonly: true, fileMustExist: true });
    try {
      const verdict = db.pragma('quick_check', { simple: true });
      if (verdict !== 'ok') return { ok: false, detail: `${path} is damaged: ${String(verdict)}` };
      return { ok: true, version: db.pragma('user_version', { simple: true }) as number };
    } finally {
      db.close();
    }
  } catch (error) {
    return {
      ok: false,
      detail: `${path} cannot be read as a database of Transom (${error instanceof Error ? error.message : 'unknown error'}).`,
    };
  }
}

/** Looking at a file in WAL mode leaves two empty companions behind. */
export function removeCompanions(path: string): void {
  for (const ending of ['-wal', '-shm']) rmSync(`${path}${ending}`, { force: true });
}
