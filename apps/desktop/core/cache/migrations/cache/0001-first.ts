import type { Db } from '../../open.ts';

/**
 * conversations: the document, and its place in the list. `lane` is a number from queries/conversations.ts, `lane_position` sorts inside
 *   it; both are right from `placed_from` until `placed_until`, when time alone moves the row.
 * messages: `position` is sent_at * 1000 plus a tie, so that rows, threads and full-text results come in order of time.
 * threads: the position from which the cache holds everything that the relay has; 0 for the whole thread.
 * The full-text tables keep no text: it is in the documents. The …_to_index tables list the rows that they have not indexed yet.
 */
export function up(db: Db): void {
  db.exec(`
    CREATE TABLE conversations (
      number INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,
      rev INTEGER NOT NULL,
      account_id TEXT NOT NULL,
      lane INTEGER NOT NULL,
      lane_position INTEGER NOT NULL,
      placed_from INTEGER NOT NULL,
      placed_until INTEGER NOT NULL,
      last_message_at INTEGER NOT NULL,
      claimed_by TEXT,
      claimed_until INTEGER,
      contact_name TEXT NOT NULL,
      document TEXT NOT NULL
    ) STRICT;
    CREATE INDEX conversations_by_lane ON conversations (lane, lane_position, id);
    CREATE INDEX conversations_placed_until ON conversations (placed_until);
    CREATE INDEX conversations_by_account ON conversations (account_id);
    CREATE INDEX conversations_claimed ON conversations (claimed_until) WHERE claimed_by IS NOT NULL;

    CREATE TABLE messages (
      position INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,
      conversation_id TEXT NOT NULL,
      rev INTEGER NOT NULL,
      sent_at INTEGER NOT NULL,
      client_message_id TEXT,
      document TEXT NOT NULL
    ) STRICT;
    CREATE INDEX messages_by_conversation ON messages (conversation_id, position);
    CREATE INDEX messages_by_client_message ON messages (client_message_id) WHERE client_message_id IS NOT NULL;

    CREATE TABLE threads (conversation_id TEXT PRIMARY KEY, complete_from INTEGER NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE accounts (id TEXT PRIMARY KEY, rev INTEGER NOT NULL, document TEXT NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE feed_state (
      one INTEGER PRIMARY KEY CHECK (one = 1), epoch TEXT NOT NULL, seq INTEGER, server_now INTEGER NOT NULL
    ) STRICT;

    CREATE TABLE message_to_index (number INTEGER PRIMARY KEY) STRICT;
    CREATE TABLE contact_to_index (number INTEGER PRIMARY KEY) STRICT;
    CREATE VIRTUAL TABLE message_words USING fts5(
      text, content='', contentless_delete=1, tokenize='unicode61 remove_diacritics 2', prefix='1 2 3 4 5'
    );
    CREATE VIRTUAL TABLE contact_words USING fts5(
      text, content='', contentless_delete=1, tokenize='unicode61 remove_diacritics 2', prefix='1 2 3 4 5'
    );
    CREATE VIRTUAL TABLE message_pairs USING fts5(
      text, content='', contentless_delete=1, prefix='1',
      tokenize="unicode61 remove_diacritics 0 categories 'L* M* N* P* S* Co'"
    );
    CREATE VIRTUAL TABLE contact_pairs USING fts5(
      text, content='', contentless_delete=1, prefix='1',
      tokenize="unicode61 remove_diacritics 0 categories 'L* M* N* P* S* Co'"
    );
  `);
  // queries/text-index.ts merges in small steps, so that no commit waits for a large merge.
  for (const table of ['message_words', 'message_pairs', 'contact_words', 'contact_pairs']) {
    db.exec(`INSERT INTO ${table} (${table}, rank) VALUES ('automerge', 0), ('crisismerge', 500)`);
  }
}
