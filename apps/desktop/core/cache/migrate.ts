import * as firstCache from './migrations/cache/0001-first.ts';
import * as searchCache from './migrations/cache/0002-search-names-and-long-beginnings.ts';
import * as sumsCache from './migrations/cache/0003-sums-and-erasable-words.ts';
import * as handoffsCache from './migrations/cache/0004-waiting-replies-and-handoffs.ts';
import * as asTheyCameCache from './migrations/cache/0005-documents-as-they-came.ts';
import * as firstLocal from './migrations/local/0001-first.ts';
import * as draftsLocal from './migrations/local/0002-drafts-by-tab.ts';
import * as withdrawalsLocal from './migrations/local/0003-withdrawals.ts';
import * as refusedLocal from './migrations/local/0004-refused-withdrawals-and-moved-words.ts';
import * as commandsLocal from './migrations/local/0005-outbox-of-commands.ts';
import type { Db } from './open.ts';

/**
 * Forward only. `user_version` counts the steps that a file has taken; each step and its number commit together, so a
 * step that was cut off starts again. A file with more steps than we know was written by a newer Transom and is left alone.
 */
export type Migration = { readonly up: (db: Db) => void };

export const cacheMigrations: readonly Migration[] = [
  firstCache,
  searchCache,
  sumsCache,
  handoffsCache,
  asTheyCameCache,
];
export const localMigrations: readonly Migration[] = [
  firstLocal,
  draftsLocal,
  withdrawalsLocal,
  refusedLocal,
  commandsLocal,
];

/** False when the file is newer than `migrations`. */
export function migrate(db: Db, migrations: readonly Migration[]): boolean {
  const taken = db.pragma('user_version', { simple: true }) as number;
  if (taken > migrations.length) return false;
  for (const [index, migration] of migrations.entries()) {
    if (index < taken) continue;
    db.transaction(() => {
      migration.up(db);
      db.pragma(`user_version = ${index + 1}`);
    })();
  }
  return true;
}
