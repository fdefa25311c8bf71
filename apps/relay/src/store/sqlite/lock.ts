import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';

/**
 * One relay a database. The lock is a transaction held open on a small file of its own: the operating system lets go of it when
 * the process ends, however it ends, so that a killed relay leaves nothing to clean up.
 */
export class AlreadyServedError extends Error {
  readonly code = 'already_served';
  constructor(path: string, cause: unknown) {
    super(
      `Another relay is serving ${path}. Stop it first: two relays on one SQLite file would both send what people typed.`,
      { cause },
    );
    this.name = 'AlreadyServedError';
  }
}

/** Takes the lock beside the database at `path`; returns how to let go. Throws `AlreadyServedError` where another relay holds it. */
export function lockForServing(path: string): () => void {
  mkdirSync(dirname(path), { recursive: true });
  const lock = new Database(`${path}.lock`, { timeout: 0 });
  try {
    lock.pragma('locking_mode = exclusive');
    lock.exec('begin exclusive');
  } catch (error) {
    lock.close();
    if (error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY'))
      throw new AlreadyServedError(path, error);
    throw error;
  }
  return () => lock.close();
}
