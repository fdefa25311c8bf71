import type { Db } from '../../open.ts';

/**
 * outbox: one row per command that waits for the relay, whatever its kind; `input` is the command's fields as JSON, without the conversation,
 *   which a merge may change. Before this step only words could wait, in columns of their own.
 */
export function up(db: Db): void {
  db.exec(`
    CREATE TABLE outbox_of_commands (
      position INTEGER PRIMARY KEY AUTOINCREMENT,
      command_id TEXT NOT NULL UNIQUE,
      conversation_id TEXT NOT NULL,
      told_conversation_id TEXT,
      kind TEXT NOT NULL,
      input TEXT NOT NULL CHECK (json_valid(input)),
      created_at INTEGER NOT NULL,
      state TEXT NOT NULL CHECK (state IN ('queued', 'held', 'accepted')),
      attempted INTEGER NOT NULL DEFAULT 0,
      answered INTEGER NOT NULL DEFAULT 0,
      refusal TEXT
    ) STRICT;
    INSERT INTO outbox_of_commands
      SELECT position, client_message_id, conversation_id, told_conversation_id,
        CASE kind WHEN 'reply' THEN 'reply.send' WHEN 'note' THEN 'note.add' ELSE 'comment.private_reply' END,
        json_patch(json_object('text', text), CASE kind
          WHEN 'reply' THEN json_object('seenMessageId', seen_message_id)
          WHEN 'private_reply' THEN json_object('seenMessageId', seen_message_id, 'commentId', comment_id)
          ELSE '{}' END),
        created_at, state, attempted, answered, refusal
      FROM outbox ORDER BY position;
    INSERT INTO sqlite_sequence (name, seq)
      SELECT 'outbox_of_commands', seq FROM sqlite_sequence WHERE name = 'outbox'
        AND NOT EXISTS (SELECT 1 FROM outbox_of_commands);
    UPDATE sqlite_sequence SET seq = (SELECT seq FROM sqlite_sequence WHERE name = 'outbox')
      WHERE name = 'outbox_of_commands';
    DROP TABLE outbox;
    ALTER TABLE outbox_of_commands RENAME TO outbox;
    CREATE INDEX outbox_by_state ON outbox (state, position);
  `);
}
