/**
 * Four times the cost of a page and its acknowledgement, because new desks and webhooks need time too: desks of one agency are woken no
 * more often than they can be served, and at least once a second.
 */
const perDeskMs = 2;
const maxWaitMs = 1_000;
/** A round is over when at most this share of the listeners is still in it. */
const maxUnservedShare = 0.1;
/** Up to this many are always woken at once. */
const fewDesks = 10;
/** A round that takes longer than this does not hold up the next one. */
const maxRoundMs = 2_000;
/** How often to check whether a round is over. */
const recheckMs = 20;
/** How many are woken in one turn of the event loop. */
const atOnce = 8;

/**
 * "Something was committed for this agency." A poke carries no data and may be repeated without harm: the listener then reads the database,
 * which is the truth. If many desks follow one agency and much is written, they are woken together in rounds, and so want the same pages.
 */
export class Pokes {
  readonly #followed = new Map<string, Followed>();

  /**
   * The current round of waking. While it stays the same, nothing was committed for the agency, or all listeners will still be woken for
   * it.
   */
  roundOf(agencyId: string): number {
    return this.#of(agencyId).round;
  }

  /** Whether so many desks follow that they are woken in rounds. */
  isCrowd(agencyId: string): boolean {
    return this.#of(agencyId).isCrowd;
  }

  poke(agencyId: string): void {
    this.#followed.get(agencyId)?.poke();
  }

  /** For a write by another process, whose agency is unknown. */
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
  /** Those that were woken and are not waiting again yet. */
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

  /** Wakes all after `waitMs`, and once nearly all have got what the previous round woke them for: a slow relay makes larger pages. */
  #wakeAfter(waitMs: number): void {
    const isLate = performance.now() - this.#wokenAt > maxRoundMs;
    const isOver = isLate || this.served.size <= this.listeners.size * maxUnservedShare;
    if (waitMs <= 0 && isOver) this.#wakeAll();
    else this.#timer = setTimeout(() => this.#wakeAfter(0), Math.max(waitMs, recheckMs)).unref();
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
