import type { Db } from '../../open.ts';

/**
 * messages: `waits` is 1 for a reply that the relay has and Meta has not.
 * conversations: `handoff` is 1 while a handoff is not resolved. People who cannot be reached have a lane of their own now: their rows
 *   are due to be placed again.
 * The full-text tables now cover attachment names and emoji too. They start over, and the desk indexes what it holds in small steps.
 */
export function up(db: Db): void {
  db.exec(`
    ALTER TABLE messages ADD COLUMN waits INTEGER NOT NULL DEFAULT 0;
    UPDATE messages SET waits = 1
      WHERE document ->> '$.direction' = 'outbound' AND document ->> '$.state' IN ('queued', 'sending');
    CREATE INDEX messages_waiting ON messages (waits) WHERE waits = 1;
    ALTER TABLE conversations ADD COLUMN handoff INTEGER NOT NULL DEFAULT 0;
    UPDATE conversations SET handoff = 1 WHERE document ->> '$.handoff.state' IN ('open', 'claimed');
    UPDATE conversations SET placed_until = 0 WHERE document ->> '$.unreachable' = 1;
    CREATE INDEX conversations_handoffs ON conversations (lane, lane_position, id, claimed_by, claimed_until) WHERE handoff = 1;
  `);
  for (const kind of ['message', 'contact']) {
    for (const table of [`${kind}_words`, `${kind}_pairs`])
      db.exec(`INSERT INTO ${table} (${table}) VALUES ('delete-all')`);
    db.exec(`DELETE FROM ${kind}_to_index`);
  }
  db.exec(`
    INSERT INTO message_to_index SELECT position, NULL FROM messages;
    INSERT INTO contact_to_index SELECT written, NULL FROM conversations;
  `);
}
