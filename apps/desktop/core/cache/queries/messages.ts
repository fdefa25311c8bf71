import type { Message } from '@transom/shared';
import type { Db, Explainable } from '../open.ts';
import type { TextIndex } from './text-index.ts';

/** Positions are sent_at * 1000 plus a tie: still exact in a double (2^53 is reached in the year 2255). */
const positionsPerMs = 1_000;
export const endOfTime = Number.MAX_SAFE_INTEGER;

type Held = { position: number; rev: number; sent_at: number; text: string | null };
type Key = { readonly sentAt: number; readonly id: string };

export function messageQueries(db: Db, index: TextIndex) {
  const byId = db.prepare<[string], Held>(
    `SELECT position, rev, sent_at, iif(document ->> 'unsentAt' IS NULL, document ->> 'text', NULL) AS text FROM messages WHERE id = ?`,
  );
  const lastTie = db
    .prepare<[number, number], number | null>('SELECT max(position) FROM messages WHERE position BETWEEN ? AND ?')
    .pluck();
  const taken = db.prepare<[number]>('SELECT 1 FROM messages WHERE position = ?');
  const insert = db.prepare('INSERT INTO messages VALUES (?, ?, ?, ?, ?, ?, ?)');
  const update = db.prepare(
    'UPDATE messages SET conversation_id = ?, rev = ?, client_message_id = ?, document = ? WHERE position = ?',
  );
  const remove = db.prepare('DELETE FROM messages WHERE position = ?');
  const page = db
    .prepare<[string, number, number, number], string>(
      `SELECT document FROM messages WHERE conversation_id = ? AND position < ? AND position >= ? ORDER BY position DESC LIMIT ?`,
    )
    .pluck();
  const oldestFrom = db.prepare<[string, number], { sent_at: number; id: string }>(
    `SELECT sent_at, id FROM messages WHERE conversation_id = ? AND position >= ? ORDER BY position LIMIT 1`,
  );
  const smallestTie = db
    .prepare<[string, number, number, number], string | null>(
      'SELECT min(id) FROM messages WHERE conversation_id = ? AND position BETWEEN ? AND ? AND sent_at = ?',
    )
    .pluck();
  const ofConversation = db.prepare<[string], { id: string; position: number }>(
    'SELECT id, position FROM messages WHERE conversation_id = ?',
  );
  const byClientMessage = db.prepare<[string]>('SELECT 1 FROM messages WHERE client_message_id = ? LIMIT 1');
  const completeFrom = db
    .prepare<[string], number>('SELECT complete_from FROM threads WHERE conversation_id = ?')
    .pluck();
  const startThread = db.prepare('INSERT INTO threads VALUES (?, ?) ON CONFLICT DO NOTHING');
  const extendThread = db.prepare(
    'INSERT INTO threads VALUES (?, ?) ON CONFLICT DO UPDATE SET complete_from = min(complete_from, excluded.complete_from)',
  );
  const forgetThread = db.prepare('DELETE FROM threads WHERE conversation_id = ?');

  function freePosition(sentAt: number): number {
    const first = sentAt * positionsPerMs;
    const last = lastTie.get(first, first + positionsPerMs - 1) ?? null;
    let position = last === null ? first : last + 1;
    while (taken.get(position) !== undefined) position += 1;
    return position;
  }

  return {
    /** The position of what was stored; null when the cache has this revision or a newer one. */
    put(message: Message): number | null {
      const held = byId.get(message.id);
      if (held !== undefined && held.rev >= message.rev) return null;
      const { id, conversationId, rev, sentAt, clientMessageId } = message;
      const text = message.unsentAt === null ? message.text : null;
      const document = JSON.stringify(message);
      if (held !== undefined && held.sent_at === sentAt) {
        update.run(conversationId, rev, clientMessageId, document, held.position);
        if (held.text !== text) index.note(held.position);
        return held.position;
      }
      if (held !== undefined) {
        remove.run(held.position);
        index.note(held.position);
      }
      const position = freePosition(sentAt);
      insert.run(position, id, conversationId, rev, sentAt, clientMessageId, document);
      if (text !== null) index.note(position);
      return position;
    },
    remove(id: string): boolean {
      const held = byId.get(id);
      if (held === undefined) return false;
      remove.run(held.position);
      index.note(held.position);
      return true;
    },
    /** Ids of what was erased with the conversation. */
    removeConversation(conversationId: string): string[] {
      const all = ofConversation.all(conversationId);
      for (const { position } of all) {
        remove.run(position);
        index.note(position);
      }
      forgetThread.run(conversationId);
      return all.map(({ id }) => id);
    },
    /** Newest first, with positions in [from, before). */
    page(conversationId: string, before: number, from: number, limit: number): Message[] {
      return page.all(conversationId, before, from, limit).map((document) => JSON.parse(document) as Message);
    },
    positionOf: ({ id, sentAt }: Key) => byId.get(id)?.position ?? sentAt * positionsPerMs,
    /** The relay's key of the oldest message that is certainly followed by all newer ones. */
    oldestKeyFrom(conversationId: string, from: number): Key | null {
      const oldest = oldestFrom.get(conversationId, from);
      if (oldest === undefined) return null;
      const first = oldest.sent_at * positionsPerMs;
      const id = smallestTie.get(conversationId, first, first + positionsPerMs - 1, oldest.sent_at) ?? oldest.id;
      return { sentAt: oldest.sent_at, id };
    },
    hasClientMessage: (clientMessageId: string) => byClientMessage.get(clientMessageId) !== undefined,
    /** From which position on the cache holds all of a thread; null when that is not known for any. */
    completeFrom: (conversationId: string) => completeFrom.get(conversationId) ?? null,
    startThread: (conversationId: string, position: number) => void startThread.run(conversationId, position),
    extendThread: (conversationId: string, position: number) => void extendThread.run(conversationId, position),
    statements: { page, oldestFrom, smallestTie, byClientMessage, lastTie, ofConversation } as Explainable,
  };
}
