import type { Db } from '../../open.ts';

/** What no relay can bring back: what was written here and not sent, what was looked at, and who this device is. */
export function up(db: Db): void {
  db.exec(`
    CREATE TABLE outbox (
      position INTEGER PRIMARY KEY AUTOINCREMENT,
      client_message_id TEXT NOT NULL UNIQUE,
      conversation_id TEXT NOT NULL,
      kind TEXT NOT NULL CHECK (kind IN ('reply', 'private_reply', 'note')),
      comment_id TEXT,
      text TEXT NOT NULL,
      created_at INTEGER NOT NULL,
      state TEXT NOT NULL CHECK (state IN ('queued', 'held', 'accepted')),
      attempted INTEGER NOT NULL DEFAULT 0,
      answered INTEGER NOT NULL DEFAULT 0,
      refusal TEXT
    ) STRICT;
    CREATE INDEX outbox_by_state ON outbox (state, position);
    CREATE TABLE drafts (conversation_id TEXT PRIMARY KEY, text TEXT NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE seen (conversation_id TEXT PRIMARY KEY, seen_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE warned (conversation_id TEXT PRIMARY KEY, open_until INTEGER NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE identity (
      one INTEGER PRIMARY KEY CHECK (one = 1), relay_url TEXT NOT NULL, device_id TEXT NOT NULL, agency TEXT, person TEXT NOT NULL
    ) STRICT;
  `);
}
