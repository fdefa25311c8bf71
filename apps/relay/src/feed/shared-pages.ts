import type { AgencyStore } from '../store/port.ts';
import type { Pokes } from './pokes.ts';
import { type FeedPlace, type PageAndNext, readPage } from './read-page.ts';

/** Desks that come at the same time want the same pages; a moment later they want others. */
const lifeMs = 2_000;
const mostBytes = 8 * 1024 * 1024;

type Kept = { readonly at: number; readonly commits: number; read: Promise<PageAndNext>; page: PageAndNext | null };

/**
 * Reads each page once for all desks at the same place. One that more pages follow stays true for as long as it is kept. One that tells a
 * desk that it has everything, changes or snapshot, does so only until the agency's next commit: after it a desk waits for a poke, and
 * the one for that commit is over. What was erased or taken back meanwhile follows in the pages after it.
 */
export class SharedPages {
  readonly #pokes: Pokes;
  readonly #now: () => number;
  /** The oldest first. */
  readonly #kept = new Map<string, Kept>();
  #bytes = 0;
  #willSweep = false;

  constructor(pokes: Pokes, now: () => number = () => performance.now()) {
    this.#pokes = pokes;
    this.#now = now;
  }

  read(agency: AgencyStore, place: FeedPlace): Promise<PageAndNext> {
    this.#forgetOld();
    const key = keyOf(agency.agencyId, place);
    const commits = this.#pokes.countOf(agency.agencyId);
    const known = this.#kept.get(key);
    if (known !== undefined && (known.commits === commits || known.page?.page.about.caughtUp === false))
      return known.read;
    this.#drop(key);
    const kept: Kept = { at: this.#now(), commits, read: readPage(agency, place), page: null };
    this.#kept.set(key, kept);
    kept.read.then(
      (page) => this.#arrived(key, kept, page),
      () => this.#kept.get(key) === kept && this.#drop(key),
    );
    return kept.read;
  }

  #arrived(key: string, kept: Kept, page: PageAndNext): void {
    if (this.#kept.get(key) !== kept) return;
    kept.page = page;
    this.#bytes += page.page.rest.length;
    for (const oldest of this.#kept.keys()) {
      if (this.#bytes <= mostBytes) break;
      this.#drop(oldest);
    }
    if (!this.#willSweep) this.#sweepLater();
  }

  /** Nobody may ask again, and then nobody would forget. */
  #sweepLater(): void {
    this.#willSweep = true;
    setTimeout(() => {
      this.#willSweep = false;
      this.#forgetOld();
      if (this.#kept.size > 0) this.#sweepLater();
    }, lifeMs + 1).unref();
  }

  #forgetOld(): void {
    const before = this.#now() - lifeMs;
    for (const [key, { at }] of this.#kept) {
      if (at >= before) return;
      this.#drop(key);
    }
  }

  #drop(key: string): void {
    const kept = this.#kept.get(key);
    if (kept === undefined) return;
    this.#kept.delete(key);
    this.#bytes -= kept.page?.page.rest.length ?? 0;
  }
}

function keyOf(agencyId: string, { cursor, snapshot }: FeedPlace): string {
  if (snapshot !== null) return `${agencyId} ${JSON.stringify(snapshot)}`;
  return cursor === null ? agencyId : `${agencyId} ${cursor.epoch} ${cursor.seq}`;
}
