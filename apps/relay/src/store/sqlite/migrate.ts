import type Database from 'better-sqlite3';
import { isTooNew, type Migration, type SchemaState, statementsOf, tooNew } from '../migration.ts';
import { migrations } from '../migrations/in-order.ts';

/** Call this before setting anything on the connection: some settings change the file. */
export function refuseNewer(db: Database.Database): void {
  const state = schemaStateOf(db);
  if (isTooNew(state, migrations.length)) throw tooNew(state, migrations.length);
}

/**
 * `user_version` counts the steps applied; each runs in a transaction of its own together with the new count, so a crash leaves the file
 * at a whole version. A file from a later Transom that this one may use stays as it is.
 */
export function migrate(db: Database.Database, steps: readonly Migration[] = migrations): void {
  steps.forEach((step, index) => {
    db.transaction(() => {
      // Checked inside: another process may have migrated while this one waited for its turn.
      if (versionOf(db) !== index) return;
      applyMigration(db, step);
      db.exec(`pragma user_version = ${index + 1}`);
    }).immediate();
  });
}

export function applyMigration(db: Database.Database, step: Migration): void {
  for (const statement of statementsOf(step, 'sqlite', (table, column) => hasColumn(db, table, column)))
    db.exec(statement);
  noteCompatibility(db, step);
}

/** A step that adds little does not readmit a relay that an earlier one has excluded. */
function noteCompatibility(db: Database.Database, { compatibleWith }: Migration): void {
  if (!hasColumn(db, 'schema_compatibility', 'compatible_with')) return;
  db.prepare(
    `insert into schema_compatibility (id, compatible_with) values (1, :compatibleWith)
     on conflict (id) do update set compatible_with = max(schema_compatibility.compatible_with, excluded.compatible_with)`,
  ).run({ compatibleWith });
}

/** Only a relay of its own version may use a file without the row. */
export function schemaStateOf(db: Database.Database): SchemaState {
  const version = versionOf(db);
  if (!hasColumn(db, 'schema_compatibility', 'compatible_with')) return { version, compatibleWith: version };
  const row = db.prepare<[], number>('select compatible_with from schema_compatibility').pluck().get();
  return { version, compatibleWith: row ?? version };
}

function versionOf(db: Database.Database): number {
  return db.pragma('user_version', { simple: true }) as number;
}

function hasColumn(db: Database.Database, table: string, column: string): boolean {
  const found = db.prepare('select 1 from pragma_table_info(:table) where name = :column').get({ table, column });
  return found !== undefined;
}
