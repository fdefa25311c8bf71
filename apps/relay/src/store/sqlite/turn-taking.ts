import type { Urgency } from '../port.ts';

/** After this much work without a break, sockets, HTTP and timers get the event loop before the next turn. */
const breakAfterMs = 4;
/** After each turn of intake, the others get this much, so that a flood of webhooks on a slow disk does not stop desks. */
const othersMs = 4;

/**
 * One after the other: SQLite has one writer, and a transaction spans several awaits. Work that is queued here starts when
 * the work before it has settled, whether that succeeded or not. However much is queued, the event loop goes on turning.
 */
export class TurnTaking {
  readonly #intake = new Queue();
  readonly #ordinary = new Queue();
  #isRunning = false;
  #othersLeftMs = 0;
  /** When the work began that no turn of the event loop has interrupted since; null while there is none. */
  #unbrokenSince: number | null = null;

  take<T>(work: () => Promise<T>, urgency: Urgency = 'ordinary'): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const turn = async (): Promise<void> => {
        try {
          resolve(await work());
        } catch (error) {
          reject(error as Error);
        }
      };
      (urgency === 'intake' ? this.#intake : this.#ordinary).add(turn);
      if (!this.#isRunning) this.#next();
    });
  }

  /** Whether somebody waits for the turn under way to end. */
  get isAwaited(): boolean {
    return !this.#intake.isEmpty || !this.#ordinary.isEmpty;
  }

  /** Starts the next turn, unless the event loop must have its own first; then that starts it. */
  #next(): void {
    if (!this.isAwaited) return;
    const now = performance.now();
    if (this.#unbrokenSince === null) this.#awaitBreak(now);
    else if (now - this.#unbrokenSince > breakAfterMs) return;
    this.#isRunning = true;
    const isIntake = !this.#intake.isEmpty && (this.#ordinary.isEmpty || this.#othersLeftMs <= 0);
    const turn = (isIntake ? this.#intake : this.#ordinary).remove();
    void turn().then(() => {
      this.#isRunning = false;
      this.#othersLeftMs = isIntake ? othersMs : this.#othersLeftMs - (performance.now() - now);
      this.#next();
    });
  }

  #awaitBreak(now: number): void {
    this.#unbrokenSince = now;
    setImmediate(() => {
      this.#unbrokenSince = null;
      if (!this.#isRunning) this.#next();
    });
  }
}

/** First in, first out. Taking one out does not move the others each time. */
class Queue {
  #turns: (() => Promise<void>)[] = [];
  #first = 0;

  get isEmpty(): boolean {
    return this.#first === this.#turns.length;
  }

  add(turn: () => Promise<void>): void {
    this.#turns.push(turn);
  }

  remove(): () => Promise<void> {
    const turn = this.#turns[this.#first];
    if (turn === undefined) throw new Error('Nobody waits for a turn.');
    this.#first += 1;
    if (this.#first > 1_000 || this.isEmpty) {
      this.#turns.splice(0, this.#first);
      this.#first = 0;
    }
    return turn;
  }
}
