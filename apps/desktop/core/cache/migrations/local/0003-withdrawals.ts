import type { Db } from '../../open.ts';

/**
 * withdrawals: a reply that a person takes back from the relay, until it is certain what became of it; its words become a draft again, so
 *   they must not be lost with the answer. `command_id` is the same for every retry; `is_kept` is 0 when the words are to be dropped.
 *
 * For a while the previous step created this table, so a file may already have it.
 */
export function up(db: Db): void {
  db.exec(`
    CREATE TABLE IF NOT EXISTS withdrawals (
      message_id TEXT PRIMARY KEY,
      command_id TEXT NOT NULL,
      conversation_id TEXT NOT NULL,
      tab TEXT NOT NULL,
      text TEXT NOT NULL,
      is_kept INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
  `);
}
