import type { Cursor } from '@transom/shared';
import { AgencyTurns } from '../fair-share/agency-turns.ts';
import type { AgencyStore } from '../store/port.ts';
import type { Pokes } from './pokes.ts';
import type { FeedPlace, PageAndNext } from './read-page.ts';
import type { SharedPages } from './shared-pages.ts';
import type { WrittenPage } from './written-page.ts';

/** A desk that has not caught up by then goes to the end of the line. */
const maxTurnMs = 2_000;

/**
 * Turns for desks that catch up, each with one page in flight. A turn covers all pages that a desk lacks: if it covered one, a busy agency
 * would write more before the next turn than this one brought, and no desk would ever catch up. Live desks need no turn.
 */
export function createCatchUpTurns(): AgencyTurns {
  return new AgencyTurns({ atOnce: 96, ofAgency: 64, maxMs: maxTurnMs });
}

/** What all desks of a relay share. */
export type Feed = { readonly pokes: Pokes; readonly pages: SharedPages; readonly turns: AgencyTurns };

export type Follower = Feed & {
  readonly agency: AgencyStore;
  readonly cursor: Cursor | null;
  /** Delivers a page and resolves when the desk has applied it; rejects when it did not in time. */
  readonly deliver: (page: WrittenPage) => Promise<void>;
  readonly signal: AbortSignal;
};

/**
 * Follows one agency's feed for one desk until the signal aborts: one page, its acknowledgement, the next page. A poke that arrives while a
 * page is in flight is remembered, so that a change that commits in that moment is never missed. Until it has caught up once, a desk waits
 * its turn. Rejects when a page could not be read or was not acknowledged; the caller closes the socket and the desk reconnects with its
 * cursor.
 */
export async function follow({ agency, cursor, pokes, pages, turns, deliver, signal }: Follower): Promise<void> {
  let place: FeedPlace = { cursor, snapshot: null };
  let isFirst = true;
  /** Whether the previous page told the desk that it has everything. */
  let hasAll = false;
  using poke = pokes.listen(agency.agencyId, signal);

  async function step(): Promise<void> {
    if (signal.aborted) return;
    poke.reset();
    const { page, snapshot }: PageAndNext = await pages.read(agency, place);
    hasAll = page.about.caughtUp;
    // The first page is sent even if it is empty: it tells the desk that it has everything.
    if (!isFirst && page.about.kind === 'changes' && page.changeCount === 0) return;
    await deliver(page);
    isFirst = false;
    const { epoch, toSeq } = page.about;
    place = { cursor: toSeq === null ? place.cursor : { epoch, seq: toSeq }, snapshot };
  }

  async function catchUp(): Promise<void> {
    const until = performance.now() + maxTurnMs;
    do await step();
    while (!hasAll && !signal.aborted && performance.now() < until);
  }

  while (!hasAll && !signal.aborted) await turns.take(agency.agencyId, catchUp);
  while (!signal.aborted) {
    if (hasAll) await poke.next();
    await step();
  }
}
