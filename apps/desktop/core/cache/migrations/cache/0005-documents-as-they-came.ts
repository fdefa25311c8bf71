import type { Db } from '../../open.ts';

/**
 * Documents are now kept as the relay wrote them, and parsed on each read; older rows hold what the desk of that time made of them.
 *
 * conversations, messages: `has_unknown` is 1 where this desk did not know a word of the document, or its shape. Such rows are filed again
 *   when a desk that reads other documents opens the cache.
 * unread: documents that cannot be read at all, by entity and id, until something newer replaces them.
 * feed_state: `protocol` is the lowest version in which the relay wrote what is held here. 1 where it was not recorded.
 */
export function up(db: Db): void {
  db.exec(`
    ALTER TABLE conversations ADD COLUMN has_unknown INTEGER NOT NULL DEFAULT 0;
    CREATE INDEX conversations_with_unknown ON conversations (has_unknown) WHERE has_unknown = 1;
    ALTER TABLE messages ADD COLUMN has_unknown INTEGER NOT NULL DEFAULT 0;
    CREATE INDEX messages_with_unknown ON messages (has_unknown) WHERE has_unknown = 1;
    CREATE TABLE unread (
      number INTEGER PRIMARY KEY,
      entity TEXT NOT NULL,
      id TEXT NOT NULL,
      seq INTEGER NOT NULL,
      rev INTEGER NOT NULL,
      conversation_id TEXT,
      document TEXT NOT NULL,
      sum INTEGER NOT NULL,
      UNIQUE (entity, id)
    ) STRICT;
    CREATE INDEX unread_of_conversation ON unread (conversation_id) WHERE conversation_id IS NOT NULL;
    INSERT INTO contents VALUES ('unread', 0, 0);
    ALTER TABLE feed_state ADD COLUMN protocol INTEGER NOT NULL DEFAULT 1;
  `);
}
