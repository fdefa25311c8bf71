import type { Cursor, FeedPage } from '@transom/shared';
import type { Clock } from '../clock.ts';
import type { AgencyStore } from '../store/port.ts';
import type { Pokes } from './pokes.ts';
import { type PageAndNext, readPage, readSnapshot, type SnapshotPlace } from './read-page.ts';

export type Follower = {
  readonly agency: AgencyStore;
  readonly cursor: Cursor | null;
  readonly clock: Clock;
  readonly pokes: Pokes;
  /** Delivers a page and resolves when the desk has applied it; rejects when it did not in time. */
  readonly deliver: (page: FeedPage) => Promise<void>;
  readonly signal: AbortSignal;
};

/**
 * Follows one agency's feed for one desk until the signal aborts: one page, its acknowledgement, the next page. The wish for
 * more is noted while a page is under way, so a change that commits in that moment is never overlooked.
 * Rejects when a page could not be read or was not acknowledged; the caller closes the socket and the desk comes back by cursor.
 */
export async function follow({ agency, cursor, clock, pokes, deliver, signal }: Follower): Promise<void> {
  let at = cursor;
  let snapshot: SnapshotPlace | null = null;
  let isFirst = true;
  using poke = pokes.listen(agency.agencyId, signal);
  while (!signal.aborted) {
    poke.reset();
    const next: PageAndNext =
      snapshot === null ? await readPage(agency, at, clock) : await readSnapshot(agency, snapshot, clock);
    // The first page goes out even if it is empty: it tells a desk that has everything that it does.
    if (!isFirst && next.page.kind === 'changes' && next.page.changes.length === 0) {
      await poke.next();
      continue;
    }
    await deliver(next.page);
    isFirst = false;
    snapshot = next.snapshot;
    if (next.page.toSeq !== null) at = { epoch: next.page.epoch, seq: next.page.toSeq };
  }
}
