/**
 * What a page and its acknowledgement cost, four times, because newcomers and webhooks want something too: desks of one agency are woken
 * no more often than they can be served, and once a second at least.
 */
const perDeskMs = 2;
const maxWaitMs = 1_000;
/** A round is over when no larger part of those who listen is still at it. */
const leftBehind = 0.1;
/** So few are always woken at once. */
const fewDesks = 10;
/** A round that is not over after so long no longer holds up the next one. */
const maxRoundMs = 2_000;
/** How often it is looked whether a round is over. */
const lookAgainMs = 20;
/** So many are woken in one turn of the event loop. */
const atOnce = 8;

/**
 * "Something was committed for this agency." A poke carries no data and may be doubled without harm: whoever is poked
 * looks into the database, which is the truth. Where many desks follow one agency and much is written, they hear of it together,
 * now and then, in rounds, and so want the same pages.
 */
export class Pokes {
  readonly #followed = new Map<string, Followed>();

  /** Which round of waking this is. While it stays, nothing was committed for the agency, or all who listen will yet be woken for it. */
  roundOf(agencyId: string): number {
    return this.#of(agencyId).round;
  }

  /** Whether so many follow that they are woken in rounds. */
  isCrowd(agencyId: string): boolean {
    return this.#of(agencyId).isCrowd;
  }

  poke(agencyId: string): void {
    this.#followed.get(agencyId)?.poke();
  }

  /** For a write by another process: nobody knows for which agency. */
  pokeAll(): void {
    for (const followed of this.#followed.values()) followed.poke();
  }

  listen(agencyId: string, signal: AbortSignal): PokeListener {
    return new PokeListener(signal, this.#of(agencyId));
  }

  #of(agencyId: string): Followed {
    const known = this.#followed.get(agencyId);
    if (known !== undefined) return known;
    const followed = new Followed();
    this.#followed.set(agencyId, followed);
    return followed;
  }
}

/** The listeners of one agency. */
class Followed {
  readonly listeners = new Set<() => void>();
  /** Those that were woken and have not come back to wait. */
  readonly served = new Set<() => void>();
  round = 0;
  #wokenAt = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | null = null;

  get isCrowd(): boolean {
    return this.listeners.size > fewDesks;
  }

  poke(): void {
    if (!this.isCrowd) {
      this.round += 1;
      for (const wake of this.listeners) wake();
      return;
    }
    if (this.#timer !== null) return;
    const waitMs = this.#wokenAt + Math.min(maxWaitMs, this.listeners.size * perDeskMs) - performance.now();
    this.#wakeAfter(waitMs);
  }

  /** Wakes all when that is over, and when nearly all have got what the round before woke them for: a slow relay makes larger pages. */
  #wakeAfter(waitMs: number): void {
    const isLate = performance.now() - this.#wokenAt > maxRoundMs;
    const isOver = isLate || this.served.size <= this.listeners.size * leftBehind;
    if (waitMs <= 0 && isOver) this.#wakeAll();
    else this.#timer = setTimeout(() => this.#wakeAfter(0), Math.max(waitMs, lookAgainMs)).unref();
  }

  #wakeAll(): void {
    this.#timer = null;
    this.round += 1;
    this.#wokenAt = performance.now();
    wakeSome([...this.listeners], 0);
  }
}

function wakeSome(listeners: readonly (() => void)[], from: number): void {
  for (const wake of listeners.slice(from, from + atOnce)) wake();
  if (from + atOnce < listeners.length) setImmediate(() => wakeSome(listeners, from + atOnce));
}

class PokeListener {
  readonly #followed: Followed;
  readonly #signal: AbortSignal;
  readonly #wake: () => void;
  #poked = false;
  #waiting: (() => void) | null = null;

  constructor(signal: AbortSignal, followed: Followed) {
    this.#followed = followed;
    this.#signal = signal;
    this.#wake = () => {
      this.#poked = true;
      if (this.#waiting === null) return;
      followed.served.add(this.#wake);
      this.#waiting();
    };
    followed.listeners.add(this.#wake);
    signal.addEventListener('abort', this.#wake);
  }

  /** Forgets earlier pokes: what they announced is read next. */
  reset(): void {
    this.#poked = false;
  }

  /** Resolves at the first poke since `reset`, or when the signal aborts. */
  async next(): Promise<void> {
    if (this.#poked || this.#signal.aborted) return;
    this.#followed.served.delete(this.#wake);
    await new Promise<void>((resolve) => {
      this.#waiting = resolve;
    });
    this.#waiting = null;
  }

  [Symbol.dispose](): void {
    this.#followed.listeners.delete(this.#wake);
    this.#followed.served.delete(this.#wake);
    this.#signal.removeEventListener('abort', this.#wake);
  }
}
