import { readFileSync } from 'node:fs';
import Database from 'better-sqlite3';

/** Makes the database that `dumpDatabase` wrote down. */
export function loadDatabase(sqlFile: string, path: string): void {
  const db = new Database(path);
  try {
    // Full-text tables keep their rows in tables that SQLite otherwise protects.
    db.unsafeMode(true);
    db.exec(readFileSync(sqlFile, 'utf8'));
  } finally {
    db.close();
  }
}
