import type { Cursor } from '@transom/shared';
import type { Db } from '../open.ts';

/** How far the cache has followed the feed. There is no sequence while a snapshot is coming in: if it is cut off, it starts over. */
export function feedStateQueries(db: Db) {
  const read = db.prepare<[], { epoch: string; seq: number | null; server_now: number; protocol: number }>(
    'SELECT epoch, seq, server_now, protocol FROM feed_state',
  );
  const write = db.prepare(
    `INSERT INTO feed_state (one, epoch, seq, server_now, protocol) VALUES (1, @epoch, @seq, @serverNow, @protocol)
     ON CONFLICT (one) DO UPDATE SET epoch = @epoch, seq = @seq, server_now = @serverNow, protocol = min(protocol, @protocol)`,
  );
  return {
    cursor(): Cursor | null {
      const state = read.get();
      return state === undefined || state.seq === null ? null : { epoch: state.epoch, seq: state.seq };
    },
    /** The relay's last time; earlier than before if its clock was corrected. 0 while there is none. */
    lastServerNow: () => read.get()?.server_now ?? 0,
    /** `protocol`: the version in which the relay wrote what was just applied. */
    move: (epoch: string, seq: number | null, serverNow: number, protocol: number) =>
      void write.run({ epoch, seq, serverNow, protocol }),
    /**
     * Whether some of what is held here was written in a lower version, without what the relay would write in this one. The cursor is
     * then given up, so that everything is fetched again.
     */
    isOutgrown(protocol: number): boolean {
      const state = read.get();
      if (state === undefined || state.seq === null || state.protocol >= protocol) return false;
      write.run({ epoch: state.epoch, seq: null, serverNow: state.server_now, protocol: state.protocol });
      return true;
    },
  };
}
