import type { AgencyStore } from '../store/port.ts';
import type { Pokes } from './pokes.ts';
import { type EndOfRound, type FeedPlace, type PageAndNext, readPage } from './read-page.ts';

/** Desks that come at the same time want the same pages; a moment later they want others. */
const lifeMs = 2_000;
const maxBytes = 8 * 1024 * 1024;

type Kept = { readonly at: number; readonly round: number; read: Promise<PageAndNext>; page: PageAndNext | null };

/**
 * Reads each page once for all desks at the same place. A page that is followed by others stays valid for as long as it is kept. One that
 * tells a desk that it has everything, changes or snapshot, is valid only until the agency's next commit: after it a desk waits for a poke,
 * and the poke for that commit is over. If so many desks follow that they are woken in rounds, all of them will still be woken for that
 * commit; so pages stay valid until the next round, and all end at the same change, where the desks meet and then want the same page again.
 * What was erased or taken back meanwhile follows in later pages.
 */
export class SharedPages {
  readonly #pokes: Pokes;
  readonly #now: () => number;
  /** Oldest first. */
  readonly #kept = new Map<string, Kept>();
  readonly #ends = new Map<string, { readonly at: number; readonly round: number; readonly end: EndOfRound }>();
  #bytes = 0;
  #willSweep = false;

  constructor(pokes: Pokes, now: () => number = () => performance.now()) {
    this.#pokes = pokes;
    this.#now = now;
  }

  read(agency: AgencyStore, place: FeedPlace): Promise<PageAndNext> {
    this.#forgetOld();
    const key = keyOf(agency.agencyId, place);
    const round = this.#pokes.roundOf(agency.agencyId);
    const known = this.#kept.get(key);
    if (known !== undefined && (known.round === round || known.page?.page.about.caughtUp === false)) return known.read;
    this.#drop(key);
    const kept: Kept = {
      at: this.#now(),
      round,
      read: readPage(agency, place, this.#endOf(agency.agencyId, round)),
      page: null,
    };
    this.#kept.set(key, kept);
    kept.read.then(
      (page) => this.#arrived(key, kept, page),
      () => this.#kept.get(key) === kept && this.#drop(key),
    );
    return kept.read;
  }

  #endOf(agencyId: string, round: number): EndOfRound | undefined {
    if (!this.#pokes.isCrowd(agencyId)) return undefined;
    const known = this.#ends.get(agencyId);
    if (known?.round === round) return known.end;
    const end: EndOfRound = { head: null };
    this.#ends.set(agencyId, { at: this.#now(), round, end });
    return end;
  }

  #arrived(key: string, kept: Kept, page: PageAndNext): void {
    if (this.#kept.get(key) !== kept) return;
    kept.page = page;
    this.#bytes += page.page.rest.length;
    for (const oldest of this.#kept.keys()) {
      if (this.#bytes <= maxBytes) break;
      this.#drop(oldest);
    }
    if (!this.#willSweep) this.#sweepLater();
  }

  /** If nobody asked again, old pages would be kept forever. */
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
    for (const [agencyId, { at }] of this.#ends) if (at < before) this.#ends.delete(agencyId);
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
