import type { Db } from '../../open.ts';

/**
 * withdrawals: `is_refused` when the relay said no: it is asked again only when a person asks again, even after a restart. `comment_id` is the
 *   comment that a private reply answers, so that its words are never sent as anything else.
 * outbox: `told_conversation_id` is the conversation that the relay was told under this id, where the item has moved to another one since:
 *   the same id must carry the same words.
 */
export function up(db: Db): void {
  db.exec(`
    ALTER TABLE withdrawals ADD COLUMN is_refused INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE withdrawals ADD COLUMN comment_id TEXT;
    ALTER TABLE outbox ADD COLUMN told_conversation_id TEXT;
  `);
}
