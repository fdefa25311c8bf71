import type { Db } from '../open.ts';
import { checkStored, toStore } from '../stored-document.ts';
import type { Contents } from './contents.ts';

/**
 * Documents that this build cannot read: of a wrong shape, or about something that it does not know. They are kept as they came, one per
 * entity and id, so that a build that can read them finds them after an update.
 */
export type Unread = {
  readonly entity: string;
  readonly id: string;
  readonly seq: number;
  readonly rev: number;
  readonly document: unknown;
};
type Row = Omit<Unread, 'document'> & { readonly number: number; readonly document: string; readonly sum: number };

export function unreadQueries(db: Db, contents: Contents) {
  const byId = db.prepare<[string, string], Row>('SELECT * FROM unread WHERE entity = ? AND id = ?');
  const ofConversation = db.prepare<[string], Row>('SELECT * FROM unread WHERE conversation_id = ?');
  const inOrder = db.prepare<[], Row>('SELECT * FROM unread ORDER BY seq, number');
  const upsert = db.prepare(
    `INSERT INTO unread (entity, id, seq, rev, conversation_id, document, sum)
     VALUES (@entity, @id, @seq, @rev, @conversationId, @document, @sum)
     ON CONFLICT (entity, id) DO UPDATE SET seq = @seq, rev = @rev, conversation_id = @conversationId, document = @document, sum = @sum`,
  );
  const remove = db.prepare('DELETE FROM unread WHERE number = ?');

  function drop({ number, sum }: Row): void {
    remove.run(number);
    contents.note('unread', number, sum, null);
  }

  return {
    /** Does nothing when the same revision, or a newer one, is already kept. */
    keep({ document, ...about }: Unread): void {
      const held = byId.get(about.entity, about.id);
      if (held !== undefined && held.rev >= about.rev) return;
      const stored = toStore(document);
      const { lastInsertRowid } = upsert.run({ ...about, ...stored, conversationId: conversationOf(document) });
      contents.note('unread', held?.number ?? Number(lastInsertRowid), held?.sum ?? null, stored.sum);
    },
    /** Something at least as new was read, or is gone. */
    forget(entity: string, id: string, upToRev: number): void {
      const held = byId.get(entity, id);
      if (held !== undefined && held.rev <= upToRev) drop(held);
    },
    forgetConversation(conversationId: string): void {
      for (const held of ofConversation.all(conversationId)) drop(held);
    },
    /** As they came. */
    list: (): Unread[] =>
      inOrder.all().map(({ entity, id, seq, rev, document, sum }) => {
        return { entity, id, seq, rev, document: checkStored({ document, sum }) };
      }),
  };
}

function conversationOf(document: unknown): string | null {
  const id: unknown =
    typeof document === 'object' && document !== null ? Reflect.get(document, 'conversationId') : null;
  return typeof id === 'string' ? id : null;
}
