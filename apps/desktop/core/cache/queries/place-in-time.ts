import type { Db, Explainable } from '../open.ts';

/** Places are a time * 1000 plus a tie: still exact in a double (2^53 is reached in the year 2255). */
export const placesPerMs = 1_000;

/** Gives each of several things in the same millisecond a place of its own, in the order of arrival. */
export function placesIn(db: Db, table: 'messages' | 'conversations', column: 'position' | 'written') {
  const lastTie = db
    .prepare<[number, number], number | null>(`SELECT max(${column}) FROM ${table} WHERE ${column} BETWEEN ? AND ?`)
    .pluck();
  const taken = db.prepare<[number]>(`SELECT 1 FROM ${table} WHERE ${column} = ?`);
  // More than a thousand in one millisecond spill over into the next: to the first free place after them.
  const nextFree = db
    .prepare<[number], number>(
      `SELECT ${column} + 1 FROM ${table} AS held WHERE ${column} >= ?
         AND NOT EXISTS (SELECT 1 FROM ${table} AS next WHERE next.${column} = held.${column} + 1)
       ORDER BY ${column} LIMIT 1`,
    )
    .pluck();
  return {
    free(at: number): number {
      const first = at * placesPerMs;
      const last = lastTie.get(first, first + placesPerMs - 1) ?? null;
      const place = last === null ? first : last + 1;
      return taken.get(place) === undefined ? place : (nextFree.get(place) ?? place);
    },
    statements: { lastTie, nextFree } as Explainable,
  };
}
