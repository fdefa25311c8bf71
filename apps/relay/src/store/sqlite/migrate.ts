import type Database from 'better-sqlite3';
import { firstTables } from './migrations/0001-first-tables.ts';
import { promisesKept } from './migrations/0002-promises-kept.ts';
import { pairingsAskedAgain } from './migrations/0003-pairings-that-are-asked-again.ts';
import { attemptsByTheChannelsClock } from './migrations/0004-attempts-by-the-channels-clock.ts';
import { seenAndOnTheirWay } from './migrations/0005-seen-and-on-their-way.ts';
import { whatWasClosed } from './migrations/0006-what-was-closed.ts';
import { eachReplyThatWasLost } from './migrations/0007-each-reply-that-was-lost.ts';
import { whereConversationsWent } from './migrations/0008-where-conversations-went.ts';
import { thePolicyOfEachAccount } from './migrations/0009-the-policy-of-each-account.ts';

/**
 * Migrations go forward only. `user_version` counts those applied; each runs in a transaction of its own together with the
 * new count, so a crash leaves the file at a whole version. A file from a later Transom is refused, never changed.
 */
const migrations: readonly ((db: Database.Database) => void)[] = [
  firstTables,
  promisesKept,
  pairingsAskedAgain,
  attemptsByTheChannelsClock,
  seenAndOnTheirWay,
  whatWasClosed,
  eachReplyThatWasLost,
  whereConversationsWent,
  thePolicyOfEachAccount,
];

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

/** Asked before anything is set on the connection: some settings change the file. */
export function refuseNewer(db: Database.Database): void {
  const found = versionOf(db);
  if (found > schemaVersion) throw new NewerDatabaseError(found);
}

export function migrate(db: Database.Database): void {
  migrations.forEach((apply, index) => {
    db.transaction(() => {
      // Asked inside: another process may have migrated while this one waited for its turn.
      if (versionOf(db) !== index) return;
      apply(db);
      db.pragma(`user_version = ${index + 1}`);
    }).immediate();
  });
}

function versionOf(db: Database.Database): number {
  return db.pragma('user_version', { simple: true }) as number;
}
