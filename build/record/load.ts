import { readFileSync } from 'node:fs';
import Database from 'better-sqlite3';

/** Restores the database that `dumpDatabase` wrote. */
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
