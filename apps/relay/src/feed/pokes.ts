/** What a page and its acknowledgement cost, roughly: desks of one agency are woken no more often than they can be served. */
const perDeskMs = 0.4;
/** So few are always woken at once. */
const fewDesks = 10;
/** So many are woken in one turn of the event loop. */
const atOnce = 20;

/**
 * "Something was committed for this agency." A poke carries no data and may be doubled without harm: whoever is poked
 * looks into the database, which is the truth. Where many desks follow one agency and much is written, they hear of it together,
 * now and then, and so want the same pages.
 */
export class Pokes {
  readonly #followed = new Map<string, Followed>();
  readonly #counts = new Map<string, number>();
  #all = 0;

  /** How often this agency was poked: while that stays, nothing was committed for it. */
  countOf(agencyId: string): number {
    return this.#all + (this.#counts.get(agencyId) ?? 0);
  }

  poke(agencyId: string): void {
    this.#counts.set(agencyId, (this.#counts.get(agencyId) ?? 0) + 1);
    this.#followed.get(agencyId)?.poke();
  }

  /** For a write by another process, of which only the fact is known. */
  pokeAll(): void {
    this.#all += 1;
    for (const followed of this.#followed.values()) followed.poke();
  }

  listen(agencyId: string, signal: AbortSignal): PokeListener {
    const followed = this.#followed.get(agencyId) ?? new Followed();
    this.#followed.set(agencyId, followed);
    return new PokeListener(signal, followed);
  }
}

/** The listeners of one agency. */
class Followed {
  readonly listeners = new Set<() => void>();
  #wokenAt = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | null = null;

  poke(): void {
    if (this.listeners.size <= fewDesks) {
      for (const wake of this.listeners) wake();
      return;
    }
    if (this.#timer !== null) return;
    const waitMs = this.#wokenAt + this.listeners.size * perDeskMs - performance.now();
    if (waitMs <= 0) this.#wakeAll();
    else this.#timer = setTimeout(() => this.#wakeAll(), waitMs).unref();
  }

  #wakeAll(): void {
    this.#timer = null;
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
      this.#waiting?.();
    };
    followed.listeners.add(this.#wake);
    signal.addEventListener('abort', this.#wake);
  }

  /** Forgets earlier pokes: what they spoke of is read next. */
  reset(): void {
    this.#poked = false;
  }

  /** Resolves at the first poke since `reset`, or when the signal aborts. */
  async next(): Promise<void> {
    if (this.#poked || this.#signal.aborted) return;
    await new Promise<void>((resolve) => {
      this.#waiting = resolve;
    });
    this.#waiting = null;
  }

  [Symbol.dispose](): void {
    this.#followed.listeners.delete(this.#wake);
    this.#signal.removeEventListener('abort', this.#wake);
  }
}
