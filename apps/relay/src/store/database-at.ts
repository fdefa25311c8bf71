import type { Database } from './database.ts';
import { SqliteDatabase } from './sqlite/database.ts';

/** The database that `DATABASE_URL` names: `sqlite:` and an absolute path. The settings have refused everything else. */
export function databaseAt(url: string): Database {
  return new SqliteDatabase(url.replace(/^sqlite:/, ''));
}
