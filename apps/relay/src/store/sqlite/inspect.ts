import Database from 'better-sqlite3';
import type { Inspected } from '../database.ts';
import { schemaStateOf } from './migrate.ts';

/** "Tran", written by the second version of the tables. */
const applicationId = 0x5472616e;
/** Files of the first version have no application id; they are recognized by these tables. */
const ourTables = ['agencies', 'deliveries', 'account_routes', 'conversations', 'messages', 'changes', 'events'];

/** Whether a file is a whole database of Transom, asked of the file itself and without changing it. */
export function inspectDatabaseFile(path: string): Inspected {
  try {
    const db = new Database(path, { readonly: true, fileMustExist: true, timeout: 5_000 });
    try {
      const verdict = db.pragma('quick_check(1)', { simple: true });
      if (verdict !== 'ok')
        return { ok: false, detail: `${path} is damaged: ${String(verdict).replaceAll(/\s+/g, ' ')}` };
      if (!isOurs(db)) return { ok: false, detail: `${path} is not a database of Transom.` };
      return { ok: true, ...schemaStateOf(db) };
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

function isOurs(db: Database.Database): boolean {
  const id = db.pragma('application_id', { simple: true });
  if (id !== 0 && id !== applicationId) return false;
  const tables = new Set(db.prepare(`select name from sqlite_schema where type = 'table'`).pluck().all());
  return ourTables.every((table) => tables.has(table));
}
