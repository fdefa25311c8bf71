import type { Db } from '../open.ts';
import { isSpaceless, pairsOf } from '../searchable-text.ts';

/**
 * The two full-text tables of one kind of thing, kept a moment behind the rows. A changed row is only noted, in the commit
 * that changed it; `work` brings the index up to date in small steps between other things. Late, because SQLite's index
 * wants rising row numbers (a falling one costs a flush, and threads arrive newest first) and because its merges would make
 * a page of the feed block for 200 ms. Readers look hits up in the rows, so what is gone is gone at once.
 */
export type TextIndex = {
  /** The row appeared, changed or vanished. */
  note(number: number): void;
  /** Indexes some of what was noted, in a commit of its own; how many rows that were. */
  learn(limit: number): number;
  /** The same, and merges a little; false when nothing is left to do. */
  work(limit: number): boolean;
  clear(): void;
};

/** How many index pages one step may merge: a millisecond or two of work. */
const mergePages = 16;

const textOf = {
  message: `SELECT iif(document ->> 'unsentAt' IS NULL, document ->> 'text', NULL) FROM messages WHERE position = ?`,
  contact: 'SELECT contact_name FROM conversations WHERE number = ?',
};

export function textIndex(db: Db, name: 'message' | 'contact'): TextIndex {
  const addNote = db.prepare(`INSERT INTO ${name}_to_index VALUES (?) ON CONFLICT DO NOTHING`);
  const noted = db.prepare<[number], number>(`SELECT number FROM ${name}_to_index ORDER BY number LIMIT ?`).pluck();
  const dropNotes = db.prepare(`DELETE FROM ${name}_to_index WHERE number <= ?`);
  const text = db.prepare<[number], string | null>(textOf[name]).pluck();
  const isHeld = db.prepare<[number]>(`SELECT 1 FROM ${name}_words_docsize WHERE id = ?`);
  const tables = [`${name}_words`, `${name}_pairs`].map((table) => ({
    add: db.prepare(`INSERT INTO ${table} (rowid, text) VALUES (?, ?)`),
    remove: db.prepare(`DELETE FROM ${table} WHERE rowid = ?`),
    clear: db.prepare(`INSERT INTO ${table} (${table}) VALUES ('delete-all')`),
    merge: db.prepare(`INSERT INTO ${table} (${table}, rank) VALUES ('merge', ${mergePages})`),
  }));
  const changes = db.prepare<[], number>('SELECT total_changes()').pluck();
  const [words, pairs] = tables;

  function indexRow(number: number): void {
    if (isHeld.get(number) !== undefined) for (const { remove } of tables) remove.run(number);
    const found = text.get(number) ?? '';
    if (found === '') return;
    words?.add.run(number, found);
    if (isSpaceless(found)) pairs?.add.run(number, pairsOf(found));
  }
  const indexRows = db.transaction((numbers: readonly number[]) => {
    for (const number of numbers) indexRow(number);
    dropNotes.run(numbers.at(-1));
  });

  function learn(limit: number): number {
    const numbers = noted.all(limit);
    if (numbers.length > 0) indexRows(numbers);
    return numbers.length;
  }

  return {
    note: (number) => void addNote.run(number),
    learn,
    work(limit) {
      const learnt = learn(limit);
      // A merge that found something to do changes more than one row (SQLite's FTS5 page, "merge").
      const before = changes.get() ?? 0;
      for (const { merge } of tables) merge.run();
      return learnt === limit || (changes.get() ?? 0) - before > tables.length;
    },
    clear() {
      for (const { clear } of tables) clear.run();
      db.exec(`DELETE FROM ${name}_to_index`);
    },
  };
}
