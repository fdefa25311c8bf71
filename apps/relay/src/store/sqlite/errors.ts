import Database from 'better-sqlite3';
import { StoreError, type StoreReason } from '../errors.ts';

/** SQLite's codes (sqlite.org/rescode.html, 2026), a longer one before one that it begins with. */
const reasons: readonly (readonly [code: RegExp, reason: StoreReason])[] = [
  [/^SQLITE_BUSY_SNAPSHOT$/, 'conflict'],
  [/^SQLITE_(BUSY|LOCKED|PROTOCOL)/, 'busy'],
  [/^SQLITE_FULL/, 'full'],
  [/^SQLITE_(CORRUPT|NOTADB)/, 'damaged'],
  [/^SQLITE_(READONLY|CANTOPEN|PERM|AUTH)/, 'denied'],
  [/^SQLITE_IOERR/, 'io'],
];

const sentences: Readonly<Partial<Record<StoreReason, string>>> = {
  busy: 'The database was busy for 5 seconds. Nothing was changed; try again.',
  full: 'The disk with the database is full. Nothing was changed; free up some space and try again.',
  conflict: 'Somebody else changed the database meanwhile. Nothing was changed; try again.',
};

/** The same error in the store's own terms; anything that is not trouble with the database stays as it is. */
export function storeErrorOf(error: unknown): unknown {
  if (!(error instanceof Database.SqliteError)) return error;
  const { code, message } = error;
  const [, reason] = reasons.find(([codes]) => codes.test(code)) ?? [];
  return reason === undefined ? error : new StoreError(reason, sentences[reason] ?? message, { cause: error });
}

/** Runs an action on a database that is not served here, and throws its errors in the store's terms. */
export function inStoreTerms<T>(action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw storeErrorOf(error);
  }
}
