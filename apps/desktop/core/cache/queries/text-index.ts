import type { Message } from '@transom/shared';
import type { Db } from '../open.ts';
import { needsPairs, pairsOf } from '../searchable-text.ts';
import { readStoredMessage, type StoredMessage } from '../stored-document.ts';

/**
 * The two full-text tables for one kind of row, kept a moment behind the rows. A changed row is only noted, in the commit
 * that changed it; `work` brings the index up to date in small steps between other work. It is late on purpose: SQLite's index
 * wants rising row numbers (a falling one costs a flush, and threads arrive newest first), and its merges would block a page
 * of the feed for 200 ms. Readers look hits up in the rows, so what is gone is never found.
 *
 * The note carries the text that the index holds: with it SQLite removes the words from the index itself ("secure-delete").
 * Otherwise the words of an erased person would stay in the file until the next large merge.
 */
export type TextIndex = {
  /** The row appeared, changed or vanished. `indexed`: the text that the index may hold for it, null for none. */
  note(number: number, indexed: string | null): void;
  /** Indexes some of the noted rows, in a commit of its own; returns how many. */
  learn(limit: number): number;
  /** The same, and merges a little; false when nothing is left to do. */
  work(limit: number): boolean;
  /** Whether the row can be found by its text, or soon will be. */
  knows(number: number): boolean;
  /** Whether this word of the row's text, and its first letters, lead to the row. */
  leadsTo(number: number, word: string): boolean;
  clear(): void;
};

/** How many index pages one step may merge: a millisecond or two of work. */
const mergePages = 16;

/**
 * Text is read the same way when it is indexed and when it is removed later: SQLite and JavaScript do not agree on every broken
 * character, and removing needs exactly the text that was added.
 */
const textOf = {
  message(db: Db) {
    const row = db.prepare<[number], StoredMessage>('SELECT id, rev, document, sum FROM messages WHERE position = ?');
    return (number: number) => {
      const stored = row.get(number);
      return stored === undefined ? null : visibleText(readStoredMessage(stored));
    };
  },
  contact(db: Db) {
    const name = db.prepare<[number], string>('SELECT contact_name FROM conversations WHERE written = ?').pluck();
    return (number: number) => name.get(number) ?? null;
  },
};

/**
 * The text by which a message is found: its words and the names of its attachments. Null if there is none. A broken character (half
 * a surrogate pair) cannot be stored and would come back changed.
 */
export function visibleText(message: Pick<Message, 'text' | 'unsentAt' | 'attachments'>): string | null {
  const { text, unsentAt, attachments } = message;
  if (unsentAt !== null) return null;
  const parts = [text, ...attachments.map(({ title }) => title)].filter((part) => part !== null);
  return parts.length === 0 ? null : parts.join('\n').toWellFormed();
}

export function textIndex(db: Db, name: 'message' | 'contact'): TextIndex {
  const addNote = db.prepare(`INSERT INTO ${name}_to_index VALUES (?, ?) ON CONFLICT DO NOTHING`);
  const noted = db.prepare<[number], { number: number; indexed: string | null }>(
    `SELECT number, indexed FROM ${name}_to_index ORDER BY number LIMIT ?`,
  );
  const dropNotes = db.prepare(`DELETE FROM ${name}_to_index WHERE number <= ?`);
  const isNoted = db.prepare<[number]>(`SELECT 1 FROM ${name}_to_index WHERE number = ?`);
  const text = textOf[name](db);
  const [words, pairs] = [tableQueries(db, `${name}_words`), tableQueries(db, `${name}_pairs`)];
  const changes = db.prepare<[], number>('SELECT total_changes()').pluck();

  function indexRow(number: number, indexed: string | null): void {
    if (indexed !== null && words.isHeld.get(number) !== undefined) {
      words.remove.run(number, indexed);
      if (needsPairs(indexed)) pairs.remove.run(number, pairsOf(indexed));
    }
    const found = text(number) ?? '';
    if (found === '') return;
    words.add.run(number, found);
    if (needsPairs(found)) pairs.add.run(number, pairsOf(found));
  }
  const indexRows = db.transaction((rows: readonly { number: number; indexed: string | null }[]) => {
    for (const { number, indexed } of rows) indexRow(number, indexed);
    dropNotes.run(rows.at(-1)?.number);
  });

  function learn(limit: number): number {
    const rows = noted.all(limit);
    if (rows.length > 0) indexRows(rows);
    return rows.length;
  }

  return {
    note: (number, indexed) => void addNote.run(number, indexed === '' ? null : indexed),
    learn,
    work(limit) {
      const learnt = learn(limit);
      // A merge that found something to do changes more than one row (SQLite's FTS5 page, "merge").
      const before = changes.get() ?? 0;
      for (const { merge } of [words, pairs]) merge.run();
      return learnt === limit || (changes.get() ?? 0) - before > 2;
    },
    knows: (number) => words.isHeld.get(number) !== undefined || isNoted.get(number) !== undefined,
    leadsTo: (number, word) =>
      isNoted.get(number) !== undefined ||
      [`"${word}"`, `"${word.slice(0, 2)}"*`].every((match) => words.find.get(match, number) !== undefined),
    clear() {
      for (const { clear } of [words, pairs]) clear.run();
      db.exec(`DELETE FROM ${name}_to_index`);
    },
  };
}

function tableQueries(db: Db, table: string) {
  return {
    isHeld: db.prepare<[number]>(`SELECT 1 FROM ${table}_docsize WHERE id = ?`),
    add: db.prepare(`INSERT INTO ${table} (rowid, text) VALUES (?, ?)`),
    remove: db.prepare(`INSERT INTO ${table} (${table}, rowid, text) VALUES ('delete', ?, ?)`),
    find: db.prepare<[string, number]>(`SELECT 1 FROM ${table} WHERE ${table} MATCH ? AND rowid = ?`),
    clear: db.prepare(`INSERT INTO ${table} (${table}) VALUES ('delete-all')`),
    merge: db.prepare(`INSERT INTO ${table} (${table}, rank) VALUES ('merge', ${mergePages})`),
  };
}
