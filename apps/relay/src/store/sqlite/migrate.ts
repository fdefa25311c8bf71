import type Database from 'better-sqlite3';
import { firstTables } from './migrations/0001-first-tables.ts';

/**
 * Migrations go forward only. `user_version` counts those applied; each runs in a transaction of its own together with the
 * new count, so a crash leaves the file at a whole version. A file from a later Transom is refused, never changed.
 */
const migrations: readonly ((db: Database.Database) => void)[] = [firstTables];

export const schemaVersion = migrations.length;

export class NewerDatabaseError extends Error {
  readonly code = 'database_newer';
  constructor(found: number) {
    super(
      `This database has version ${found}; this relay knows versions up to ${schemaVersion}. ` +
        'A newer relay wrote it: start that one, or restore a backup made before the upgrade. Nothing was changed.',
    );
    this.name = 'NewerDatabaseError';
  }
}

export function migrate(db: Database.Database): void {
  const found = db.pragma('user_version', { simple: true }) as number;
  if (found > schemaVersion) throw new NewerDatabaseError(found);
  migrations.slice(found).forEach((apply, index) => {
    db.transaction(() => {
      apply(db);
      db.pragma(`user_version = ${found + index + 1}`);
    }).immediate();
  });
}
