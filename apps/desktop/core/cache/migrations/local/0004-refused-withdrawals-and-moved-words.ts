import type { Db } from '../../open.ts';

/**
 * withdrawals: `is_refused` when the relay said no: it is asked again only when a person asks again, even after a restart. `comment_id` is the
 *   comment that a private reply answers, so that its words are never sent as anything else.
 * outbox: `told_conversation_id` is the conversation that was sent to the relay under this id, if the item has since moved to another one:
 *   the same id must always carry the same command.
 */
export function up(db: Db): void {
  db.exec(`
    ALTER TABLE withdrawals ADD COLUMN is_refused INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE withdrawals ADD COLUMN comment_id TEXT;
    ALTER TABLE outbox ADD COLUMN told_conversation_id TEXT;
  `);
}
