import { hasUnknownWord, type Message } from '@transom/shared';
import type { Db, Explainable } from '../open.ts';
import { readStoredMessage, type StoredMessage, toStore } from '../stored-document.ts';
import { type Contents, sumOfThread } from './contents.ts';
import { placesIn, placesPerMs } from './place-in-time.ts';
import { type TextIndex, visibleText } from './text-index.ts';

export const endOfTime = Number.MAX_SAFE_INTEGER;

type Held = StoredMessage & { position: number; sent_at: number };
type Key = { readonly sentAt: number; readonly id: string };
type Thread = { complete_from: number; complete_at: number | null; complete_id: string | null };

export function messageQueries(db: Db, index: TextIndex, contents: Contents) {
  const byId = db.prepare<[string], Held>(
    'SELECT position, id, rev, sent_at, sum, document FROM messages WHERE id = ?',
  );
  const places = placesIn(db, 'messages', 'position');
  const insert = db.prepare(
    `INSERT INTO messages (position, id, conversation_id, rev, sent_at, client_message_id, waits, has_unknown, document, sum)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const update = db.prepare(
    'UPDATE messages SET conversation_id = ?, rev = ?, client_message_id = ?, waits = ?, has_unknown = ?, document = ?, sum = ? WHERE position = ?',
  );
  const remove = db.prepare('DELETE FROM messages WHERE position = ?');
  const page = db.prepare<[string, number, number, number], StoredMessage>(
    `SELECT id, rev, document, sum FROM messages WHERE conversation_id = ? AND position < ? AND position >= ?
     ORDER BY position DESC LIMIT ?`,
  );
  const oldestFrom = db.prepare<[string, number], { sent_at: number; id: string }>(
    `SELECT sent_at, id FROM messages WHERE conversation_id = ? AND position >= ? ORDER BY position LIMIT 1`,
  );
  const largestTie = db
    .prepare<[string, number, number, number], string | null>(
      'SELECT max(id) FROM messages WHERE conversation_id = ? AND position BETWEEN ? AND ? AND sent_at = ?',
    )
    .pluck();
  const ofConversation = db.prepare<[string], Held>(
    'SELECT id, position, rev, sent_at, sum, document FROM messages WHERE conversation_id = ?',
  );
  const withUnknown = db.prepare<[], Held>(
    'SELECT position, id, rev, sent_at, sum, document FROM messages WHERE has_unknown = 1',
  );
  const byClientMessage = db.prepare<[string]>('SELECT 1 FROM messages WHERE client_message_id = ? LIMIT 1');
  const countWaiting = db.prepare<[], number>('SELECT count(*) FROM messages WHERE waits = 1').pluck();
  const thread = db.prepare<[string], Thread>(
    'SELECT complete_from, complete_at, complete_id FROM threads WHERE conversation_id = ?',
  );
  const putThread = db.prepare(
    `INSERT INTO threads (conversation_id, complete_from, complete_at, complete_id) VALUES (?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET complete_from = excluded.complete_from, complete_at = excluded.complete_at,
       complete_id = excluded.complete_id`,
  );
  const forgetThread = db.prepare('DELETE FROM threads WHERE conversation_id = ?');

  function drop(held: Held): void {
    remove.run(held.position);
    index.note(held.position, textOf(held));
    contents.note('messages', held.position, held.sum ?? 0, null);
  }

  function setThread(conversationId: string, held: Thread | undefined, next: Thread): void {
    putThread.run(conversationId, next.complete_from, next.complete_at, next.complete_id);
    const before = held === undefined ? null : sumOf(conversationId, held);
    contents.note('threads', conversationId, before, sumOf(conversationId, next));
  }

  function keyOf(conversationId: string, held: Thread | undefined): Key | null {
    if (held === undefined) return null;
    if (held.complete_at !== null) return { sentAt: held.complete_at, id: held.complete_id ?? '' };
    // From before the key was kept: the largest id within the millisecond, so no neighbor is skipped.
    const oldest = oldestFrom.get(conversationId, held.complete_from);
    if (oldest === undefined) return null;
    const first = oldest.sent_at * placesPerMs;
    const id = largestTie.get(conversationId, first, first + placesPerMs - 1, oldest.sent_at) ?? oldest.id;
    return { sentAt: oldest.sent_at, id };
  }

  return {
    /** The position of what was stored; null when the cache has this revision or a newer one. */
    put(message: Message, asItCame: unknown = message): number | null {
      const held = byId.get(message.id);
      if (held !== undefined && held.rev >= message.rev) return null;
      const { id, conversationId, rev, sentAt, clientMessageId } = message;
      const filed = [clientMessageId, Number(waitsAtRelay(message)), Number(hasUnknownWord(message))] as const;
      const { document, sum } = toStore(asItCame, message);
      if (held !== undefined && held.sent_at === sentAt) {
        update.run(conversationId, rev, ...filed, document, sum, held.position);
        contents.note('messages', held.position, held.sum ?? 0, sum);
        const before = textOf(held);
        if (before !== visibleText(message)) index.note(held.position, before);
        return held.position;
      }
      if (held !== undefined) drop(held);
      const position = places.free(sentAt);
      insert.run(position, id, conversationId, rev, sentAt, ...filed, document, sum);
      contents.note('messages', position, null, sum);
      if (visibleText(message) !== null) index.note(position, null);
      return position;
    },
    read(id: string): Message | null {
      const held = byId.get(id);
      return held === undefined ? null : readStoredMessage(held);
    },
    revision: (id: string): number | null => byId.get(id)?.rev ?? null,
    /** Files those again that had an unknown shape or unknown words when they were filed. */
    fileUnknownAgain(): void {
      for (const held of withUnknown.all()) {
        const message = readStoredMessage(held);
        const { conversationId, rev, clientMessageId } = message;
        const filed = [clientMessageId, Number(waitsAtRelay(message)), Number(hasUnknownWord(message))] as const;
        update.run(conversationId, rev, ...filed, held.document, held.sum, held.position);
        // Its words may be visible only now.
        index.note(held.position, visibleText(message));
      }
    },
    remove(id: string): boolean {
      const held = byId.get(id);
      if (held !== undefined) drop(held);
      return held !== undefined;
    },
    /** Returns the ids of the messages that were erased with the conversation. */
    removeConversation(conversationId: string): string[] {
      const all = ofConversation.all(conversationId);
      for (const held of all) drop(held);
      const known = thread.get(conversationId);
      if (known !== undefined) {
        forgetThread.run(conversationId);
        contents.note('threads', conversationId, sumOf(conversationId, known), null);
      }
      return all.map(({ id }) => id);
    },
    /** Newest first, with positions in [from, before). */
    page(conversationId: string, before: number, from: number, limit: number): Message[] {
      return page.all(conversationId, before, from, limit).map(readStoredMessage);
    },
    positionOf: ({ id, sentAt }: Key) => byId.get(id)?.position ?? sentAt * placesPerMs,
    /** The relay's key of the oldest message after which nothing can be missing. */
    oldestKey: (conversationId: string) => keyOf(conversationId, thread.get(conversationId)),
    hasClientMessage: (clientMessageId: string) => byClientMessage.get(clientMessageId) !== undefined,
    /** Replies that the relay has and Meta has not. */
    countWaiting: () => countWaiting.get() ?? 0,
    /** The position from which the cache holds the whole thread; null when no such position is known. */
    completeFrom: (conversationId: string) => thread.get(conversationId)?.complete_from ?? null,
    /** Starts a thread of which nothing is known yet at this message. */
    startThread(conversationId: string, position: number, { sentAt, id }: Key): void {
      if (thread.get(conversationId) !== undefined) return;
      setThread(conversationId, undefined, { complete_from: position, complete_at: sentAt, complete_id: id });
    },
    /** From this message on nothing is missing; false when that was already known. */
    extendThread(conversationId: string, position: number, key: Key): boolean {
      const held = thread.get(conversationId);
      const known = keyOf(conversationId, held);
      const isOlder = known === null || key.sentAt < known.sentAt || (key.sentAt === known.sentAt && key.id < known.id);
      if (held !== undefined && !isOlder && held.complete_from <= position) return false;
      setThread(conversationId, held, {
        complete_from: Math.min(position, held?.complete_from ?? position),
        complete_at: isOlder ? key.sentAt : known.sentAt,
        complete_id: isOlder ? key.id : known.id,
      });
      return true;
    },
    statements: {
      page,
      oldestFrom,
      largestTie,
      byClientMessage,
      countWaiting,
      lastTie: places.statements['lastTie'],
      nextFree: places.statements['nextFree'],
      ofConversation,
    } as Explainable,
  };
}

export function waitsAtRelay({ direction, state }: Pick<Message, 'direction' | 'state'>): boolean {
  return direction === 'outbound' && (state === 'queued' || state === 'sending');
}

function textOf(held: Held): string | null {
  return visibleText(readStoredMessage(held));
}

function sumOf(conversationId: string, { complete_from, complete_at, complete_id }: Thread): number {
  return sumOfThread(conversationId, complete_from, complete_at, complete_id);
}
