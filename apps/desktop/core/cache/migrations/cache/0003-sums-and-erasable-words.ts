import type { Db } from '../../open.ts';

/**
 * contents: how many rows of each kind there should be and the sum of their sums, written in the commit that changes them; null for
 *   a kind that has not been counted yet. `schema` is the sum of all tables and indexes.
 * conversations, messages, accounts: `sum` is the CRC-32 of the document as it was stored, null for older rows.
 * conversations: `written` is last_message_at * 1000 plus a tie. The full-text tables number people by it, so that a search reads
 *   those who wrote last first.
 * threads: `complete_at` and `complete_id` are the relay's key of the message after which nothing is missing. Within one millisecond
 *   positions follow the order of arrival, so a position alone is not enough.
 * Words can now be removed from the full-text tables for good: `indexed` is the text that they still hold under a number.
 */
export function up(db: Db): void {
  db.exec(`
    CREATE TABLE contents (kind TEXT PRIMARY KEY, rows INTEGER, sum INTEGER) STRICT, WITHOUT ROWID;
    ALTER TABLE conversations ADD COLUMN written INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE conversations ADD COLUMN sum INTEGER;
    ALTER TABLE messages ADD COLUMN sum INTEGER;
    ALTER TABLE accounts ADD COLUMN sum INTEGER;
    ALTER TABLE threads ADD COLUMN complete_at INTEGER;
    ALTER TABLE threads ADD COLUMN complete_id TEXT;
    UPDATE conversations SET written = ranked.written
      FROM (SELECT number AS of, last_message_at * 1000 - 1
          + row_number() OVER (PARTITION BY last_message_at ORDER BY number) AS written FROM conversations) AS ranked
      WHERE number = of;
    CREATE UNIQUE INDEX conversations_by_written ON conversations (written);
  `);
  for (const kind of ['conversations', 'messages', 'threads', 'accounts']) {
    db.exec(`INSERT INTO contents
      SELECT '${kind}', iif(held, NULL, 0), iif(held, NULL, 0) FROM (SELECT EXISTS (SELECT 1 FROM ${kind}) AS held)`);
  }
  for (const kind of ['message', 'contact']) {
    db.exec(`
      DROP TABLE ${kind}_words;
      DROP TABLE ${kind}_pairs;
      DROP TABLE ${kind}_to_index;
      CREATE TABLE ${kind}_to_index (number INTEGER PRIMARY KEY, indexed TEXT) STRICT;
      CREATE VIRTUAL TABLE ${kind}_words USING fts5(
        text, content='', tokenize='unicode61 remove_diacritics 2', prefix='1 2 3 4 5 6 7 8'
      );
      CREATE VIRTUAL TABLE ${kind}_pairs USING fts5(
        text, content='', prefix='1', tokenize="unicode61 remove_diacritics 0 categories 'L* M* N* P* S* Co'"
      );
    `);
    for (const table of [`${kind}_words`, `${kind}_pairs`])
      db.exec(
        `INSERT INTO ${table} (${table}, rank) VALUES ('automerge', 0), ('crisismerge', 500), ('secure-delete', 1)`,
      );
  }
  db.exec(`
    INSERT INTO message_to_index SELECT position, NULL FROM messages;
    INSERT INTO contact_to_index SELECT written, NULL FROM conversations;
  `);
}
