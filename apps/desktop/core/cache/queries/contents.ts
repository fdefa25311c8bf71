import { crc32 } from 'node:zlib';
import type { Db } from '../open.ts';

/**
 * What the cache should hold: for each kind the number of rows and the sum of their sums. If a row silently vanishes or changes, the
 * rows no longer match; `content-check.ts` compares them. Kept in memory and written once per commit.
 */
export const kinds = ['accounts', 'conversations', 'threads', 'messages', 'unread'] as const;
export type Kind = (typeof kinds)[number];
export type Tally = { readonly rows: number; readonly sum: number };
export type RowKey = number | string;

export type Contents = ReturnType<typeof contentQueries>;
type Listener = {
  readonly changed: (kind: Kind, key: RowKey, change: Tally) => void;
  /** A commit was rolled back, and with it changes that were reported. */
  readonly undone: () => void;
};

export function contentQueries(db: Db) {
  const read = db.prepare<[], { kind: string; rows: number | null; sum: number | null }>('SELECT * FROM contents');
  const write = db.prepare('UPDATE contents SET rows = ?, sum = ? WHERE kind = ?');
  let tallies: Map<Kind, Tally | null> | null = null;
  const changed = new Set<Kind>();
  let listener: Listener | null = null;

  function held(): Map<Kind, Tally | null> {
    if (tallies !== null) return tallies;
    const found = read.all();
    tallies = new Map(
      kinds.map((kind) => {
        const row = found.find((each) => each.kind === kind);
        return [
          kind,
          row === undefined || row.rows === null || row.sum === null ? null : { rows: row.rows, sum: row.sum },
        ];
      }),
    );
    return tallies;
  }

  function flush(): void {
    for (const kind of changed) {
      const tally = held().get(kind) ?? null;
      write.run(tally?.rows ?? null, tally?.sum ?? null, kind);
    }
    changed.clear();
  }

  function set(kind: Kind, tally: Tally): void {
    held().set(kind, tally);
    changed.add(kind);
    if (!db.inTransaction) flush();
  }

  return {
    /** A row was added (`before` null), changed, or removed (`after` null). Both are sums, 0 for a row stored before sums existed. */
    note(kind: Kind, key: RowKey, before: number | null, after: number | null): void {
      const change = { rows: Number(after !== null) - Number(before !== null), sum: (after ?? 0) - (before ?? 0) };
      const tally = held().get(kind) ?? null;
      if (tally !== null) set(kind, add(tally, change));
      listener?.changed(kind, key, change);
    },
    /** The tables were emptied. */
    clear(): void {
      for (const kind of kinds) set(kind, { rows: 0, sum: 0 });
    },
    /** Null while a kind has not been counted yet. */
    of: (kind: Kind): Tally | null => held().get(kind) ?? null,
    adopt: set,
    /** Part of the commit that changed the rows. */
    flush,
    /** The commit was rolled back. */
    forget(): void {
      tallies = null;
      changed.clear();
      listener?.undone();
    },
    listen: (next: Listener | null) => void (listener = next),
  };
}

export function add(tally: Tally, change: Tally): Tally {
  return { rows: tally.rows + change.rows, sum: (tally.sum + change.sum) >>> 0 };
}

export function sumOfThread(id: string, from: number, at: number | null, key: string | null): number {
  return crc32(`${id} ${from} ${at} ${key}`);
}
