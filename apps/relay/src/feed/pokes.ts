/**
 * "Something was committed for this agency." A poke carries no data and may be lost or doubled without harm: whoever is poked
 * looks into the database, which is the truth.
 */
export class Pokes {
  readonly #listeners = new Map<string, Set<() => void>>();
  readonly #counts = new Map<string, number>();
  #all = 0;

  /** How often this agency was poked: while that stays, nothing was committed for it. */
  countOf(agencyId: string): number {
    return this.#all + (this.#counts.get(agencyId) ?? 0);
  }

  poke(agencyId: string): void {
    this.#counts.set(agencyId, (this.#counts.get(agencyId) ?? 0) + 1);
    for (const wake of this.#listeners.get(agencyId) ?? []) wake();
  }

  /** For a write by another process, of which only the fact is known. */
  pokeAll(): void {
    this.#all += 1;
    for (const listeners of this.#listeners.values()) for (const wake of listeners) wake();
  }

  listen(agencyId: string, signal: AbortSignal): PokeListener {
    const listeners = this.#listeners.get(agencyId) ?? new Set();
    this.#listeners.set(agencyId, listeners);
    return new PokeListener(signal, listeners);
  }
}

class PokeListener {
  readonly #listeners: Set<() => void>;
  readonly #signal: AbortSignal;
  readonly #wake: () => void;
  #poked = false;
  #waiting: (() => void) | null = null;

  constructor(signal: AbortSignal, listeners: Set<() => void>) {
    this.#listeners = listeners;
    this.#signal = signal;
    this.#wake = () => {
      this.#poked = true;
      this.#waiting?.();
    };
    listeners.add(this.#wake);
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
    this.#listeners.delete(this.#wake);
    this.#signal.removeEventListener('abort', this.#wake);
  }
}
