import { crc32 } from 'node:zlib';
import { accountSchema, conversationSchema } from '@transom/shared';
import { DamagedCache } from './damage.ts';
import type { Db } from './open.ts';
import { add, type Contents, type Kind, kinds, type RowKey, sumOfThread, type Tally } from './queries/contents.ts';
import type { conversationQueries, FiledRow } from './queries/conversations.ts';
import { waitsAtRelay } from './queries/messages.ts';
import { type TextIndex, visibleText } from './queries/text-index.ts';
import { asStored, checkStored, readStored, readStoredMessage, type Stored } from './stored-document.ts';

/**
 * Finds what SQLite does not notice: rows that silently vanished or changed. Reads everything once, a few rows at a time between
 * other work, and compares it with `contents`. When a row that was already read changes, the change is added to the count; only a
 * rollback makes the check start over. Damage is thrown.
 */
export type ContentCheck = {
  /** Reads some more rows; false when all have been read. */
  step(rows: number): boolean;
};

type Row = { readonly key: RowKey; readonly sum: number | null };
type MessageRow = Row &
  Stored & { id: string; conversation_id: string; rev: number; sent_at: number; client: string | null; waits: number };
type ThreadRow = { key: string; complete_from: number; complete_at: number | null; complete_id: string | null };

/** Before the first key of either type. A time before 1970 makes a negative one. */
const least = Number.NEGATIVE_INFINITY;
const beforeAll: Record<Kind, RowKey> = {
  ...{ accounts: '', conversations: least, threads: '', messages: least, unread: least },
};

export function contentCheck(deps: {
  readonly db: Db;
  readonly contents: Contents;
  readonly conversations: Pick<ReturnType<typeof conversationQueries>, 'isFiledRight'>;
  readonly messageIndex: TextIndex;
  readonly now: () => number;
}): ContentCheck {
  const { db, contents } = deps;
  const accounts = db.prepare<[string, number], Row & Stored>(
    'SELECT id AS key, sum, document FROM accounts WHERE id > ? ORDER BY id LIMIT ?',
  );
  const conversations = db.prepare<[number, number], Row & FiledRow>(
    'SELECT number AS key, * FROM conversations WHERE number > ? ORDER BY number LIMIT ?',
  );
  const threads = db.prepare<[string, number], ThreadRow>(
    `SELECT conversation_id AS key, complete_from, complete_at, complete_id FROM threads
     WHERE conversation_id > ? ORDER BY conversation_id LIMIT ?`,
  );
  const messages = db.prepare<[number, number], MessageRow>(
    `SELECT position AS key, sum, document, id, conversation_id, rev, sent_at, client_message_id AS client, waits FROM messages
     WHERE position > ? ORDER BY position LIMIT ?`,
  );
  const unread = db.prepare<[number, number], Row & Stored>(
    'SELECT number AS key, sum, document FROM unread WHERE number > ? ORDER BY number LIMIT ?',
  );
  const putSum = {
    accounts: db.prepare('UPDATE accounts SET sum = ? WHERE id = ?'),
    conversations: db.prepare('UPDATE conversations SET sum = ? WHERE number = ?'),
    messages: db.prepare('UPDATE messages SET sum = ? WHERE position = ?'),
    unread: db.prepare('UPDATE unread SET sum = ? WHERE number = ?'),
  };

  let kindNumber = 0;
  let reached: RowKey = beforeAll.accounts;
  let seen: Tally = { rows: 0, sum: 0 };
  contents.listen({
    changed(kind, key, change) {
      if (kind === kinds[kindNumber] && key <= reached) seen = add(seen, change);
    },
    undone() {
      kindNumber = 0;
      reached = beforeAll.accounts;
      seen = { rows: 0, sum: 0 };
    },
  });

  function read(kind: Kind, limit: number): { key: RowKey; sum: number }[] {
    switch (kind) {
      case 'accounts':
        return accounts.all(String(reached), limit).map((row) => {
          readStored(accountSchema, row);
          return { key: row.key, sum: sumOf(kind, row) };
        });
      case 'conversations':
        return conversations.all(Number(reached), limit).map((row) => {
          readStored(conversationSchema, row);
          const sum = sumOf(kind, row);
          if (!deps.conversations.isFiledRight(row, deps.now()))
            throw new DamagedCache('a conversation is filed wrongly');
          return { key: row.key, sum };
        });
      case 'threads':
        return threads.all(String(reached), limit).map((row) => ({
          key: row.key,
          sum: sumOfThread(row.key, row.complete_from, row.complete_at, row.complete_id),
        }));
      case 'messages':
        return messages.all(Number(reached), limit).map((row, number) => {
          const sum = sumOf(kind, row);
          checkMessage(row, number === 0);
          return { key: row.key, sum };
        });
      case 'unread':
        return unread.all(Number(reached), limit).map((row) => ({ key: row.key, sum: sumOf(kind, row) }));
    }
  }

  function checkMessage(row: MessageRow, alsoSearch: boolean): void {
    const message = readStoredMessage(row);
    const isRight =
      row.id === asStored(message.id) &&
      row.conversation_id === asStored(message.conversationId) &&
      row.rev === message.rev &&
      row.sent_at === message.sentAt &&
      row.client === asStored(message.clientMessageId) &&
      row.waits === Number(waitsAtRelay(message));
    if (!isRight) throw new DamagedCache('a message is filed wrongly');
    const text = visibleText(message) ?? '';
    if (text === '') return;
    const place = Number(row.key);
    if (!deps.messageIndex.knows(place)) throw new DamagedCache('a message is missing from the full-text index');
    if (alsoSearch && !plainWords(text).every((word) => deps.messageIndex.leadsTo(place, word)))
      throw new DamagedCache('the full-text index does not lead to a message');
  }

  /** Rows stored before sums existed get theirs now; until then they counted as 0. */
  function sumOf(kind: keyof typeof putSum, row: Row & Stored): number {
    checkStored(row);
    if (row.sum !== null) return row.sum;
    const sum = crc32(row.document);
    putSum[kind].run(sum, row.key);
    const tally = contents.of(kind);
    if (tally !== null) contents.adopt(kind, add(tally, { rows: 0, sum }));
    return sum;
  }

  function finish(kind: Kind): void {
    const expected = contents.of(kind);
    if (expected === null) contents.adopt(kind, seen);
    else if (expected.rows !== seen.rows || expected.sum !== seen.sum)
      throw new DamagedCache(`the cache has lost or changed ${kind}`);
  }

  const work = db.transaction((limit: number) => {
    const kind = kinds[kindNumber];
    if (kind === undefined) return;
    const rows = read(kind, limit);
    for (const { sum } of rows) seen = add(seen, { rows: 1, sum });
    reached = rows.at(-1)?.key ?? reached;
    if (rows.length < limit) {
      finish(kind);
      kindNumber += 1;
      const next = kinds[kindNumber];
      if (next === undefined) contents.listen(null);
      else reached = beforeAll[next];
      seen = { rows: 0, sum: 0 };
    }
    contents.flush();
  });

  return {
    step(rows) {
      work(rows);
      return kindNumber < kinds.length;
    },
  };
}

/** Words that the index certainly keeps whole. */
function plainWords(text: string): string[] {
  return text.split(/\s+/).filter((word) => /^[A-Za-z0-9]{3,20}$/.test(word));
}
