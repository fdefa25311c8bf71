import type { Cursor } from '@transom/shared';
import type { Db } from '../open.ts';

/** How far the cache has followed the feed. No sequence while a snapshot is coming in: cut off, it starts again. */
export function feedStateQueries(db: Db) {
  const read = db.prepare<[], { epoch: string; seq: number | null; server_now: number }>(
    'SELECT epoch, seq, server_now FROM feed_state',
  );
  const write = db.prepare(
    `INSERT INTO feed_state VALUES (1, @epoch, @seq, @serverNow)
     ON CONFLICT (one) DO UPDATE SET epoch = @epoch, seq = @seq, server_now = @serverNow`,
  );
  return {
    cursor(): Cursor | null {
      const state = read.get();
      return state === undefined || state.seq === null ? null : { epoch: state.epoch, seq: state.seq };
    },
    /** The relay's last time; earlier than before if its clock was corrected. 0 while there is none. */
    lastServerNow: () => read.get()?.server_now ?? 0,
    move: (epoch: string, seq: number | null, serverNow: number) => void write.run({ epoch, seq, serverNow }),
  };
}
