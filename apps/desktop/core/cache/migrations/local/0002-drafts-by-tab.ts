import type { Db } from '../../open.ts';

/**
 * drafts: one per tab of the composer, so that no text is ever sent as another kind. `rev` counts how often it was stored, so that a
 *   window that typed over an older one finds out. The row of a sent draft stays, empty, for the same reason.
 * outbox: `seen_message_id` is the newest message that the author had seen; the relay asks for it.
 */
export function up(db: Db): void {
  db.exec(`
    CREATE TABLE drafts_by_tab (
      conversation_id TEXT NOT NULL,
      tab TEXT NOT NULL CHECK (tab IN ('reply', 'private_reply', 'note')),
      text TEXT NOT NULL,
      rev INTEGER NOT NULL,
      PRIMARY KEY (conversation_id, tab)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO drafts_by_tab SELECT conversation_id, 'reply', text, 1 FROM drafts;
    DROP TABLE drafts;
    ALTER TABLE drafts_by_tab RENAME TO drafts;
    ALTER TABLE outbox ADD COLUMN seen_message_id TEXT;
  `);
}
