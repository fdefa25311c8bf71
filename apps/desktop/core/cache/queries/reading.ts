import { crc32 } from 'node:zlib';
import { changeSchema } from '@transom/shared';
import * as z from 'zod';
import type { Db } from '../open.ts';

/**
 * Which documents this build reads, as a number computed from the schemas themselves, so that nobody has to remember to increase it. It
 * is compared only if something was not understood, because computing it takes some milliseconds.
 */
const fingerprint = (): number =>
  crc32(JSON.stringify(z.toJSONSchema(changeSchema, { io: 'input', unrepresentable: 'any' })));

export function readingQueries(db: Db) {
  const somethingUnknown = db
    .prepare<[], number>(
      `SELECT EXISTS (SELECT 1 FROM unread) OR EXISTS (SELECT 1 FROM conversations WHERE has_unknown = 1)
         OR EXISTS (SELECT 1 FROM messages WHERE has_unknown = 1)`,
    )
    .pluck();
  const readBy = db.prepare<[], number | null>(`SELECT sum FROM contents WHERE kind = 'reading'`).pluck();
  const note = db.prepare(`INSERT OR REPLACE INTO contents VALUES ('reading', 0, ?)`);
  const forget = db.prepare(`DELETE FROM contents WHERE kind = 'reading'`);
  return {
    /**
     * Whether something was not understood, and no build with the same schemas has tried yet. While all is understood, nobody has: what
     * this build stores next must not count as read by the one that came before, which may come back.
     */
    isDue(): boolean {
      const read = readBy.get();
      if (somethingUnknown.get() === 1) return read !== fingerprint();
      if (read !== undefined) forget.run();
      return false;
    },
    /** Part of the commit in which everything was read again. */
    noteDone: () => void note.run(fingerprint()),
  };
}
