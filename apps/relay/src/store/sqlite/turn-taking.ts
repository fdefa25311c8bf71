import type { Urgency } from '../port.ts';

/** After this much work without a break, sockets, HTTP and timers get the event loop before the next turn. */
const breakAfterMs = 4;
/** How long a line goes on when its turn comes: one piece of work at least, and many small ones. */
const lineTurnMs = 1;
/** After each turn of intake, the others get this much, so that a flood of webhooks on a slow disk does not stop desks. */
const othersMs = 4;

/**
 * One after the other: SQLite has one writer, and a transaction spans several awaits. Work that is queued here starts when
 * the work before it has settled, whether that succeeded or not. However much is queued, the event loop goes on turning.
 *
 * Work waits in a line (its agency's, say), and the lines take turns of about a millisecond: what one agency asks for, however much that
 * is, costs any other one turn at a time.
 */
export class TurnTaking {
  readonly #intake = new Queue();
  /** In the order of their turns. Only those in which somebody waits. */
  readonly #lines = new Map<string, Queue>();
  /** How much of its turn the first line has used. */
  #usedMs = 0;
  #last: (() => Promise<void>) | null = null;
  #isRunning = false;
  #othersLeftMs = 0;
  /** When the work began that no turn of the event loop has interrupted since; null while there is none. */
  #unbrokenSince: number | null = null;

  take<T>(work: () => Promise<T>, line: string, urgency: Urgency = 'ordinary'): Promise<T> {
    return this.#queue(work, (turn) => (urgency === 'intake' ? this.#intake : this.#lineOf(line)).add(turn));
  }

  /** Takes a turn when nobody else is left waiting for one. To be called once. */
  takeLast<T>(work: () => Promise<T>): Promise<T> {
    return this.#queue(work, (turn) => (this.#last = turn));
  }

  #queue<T>(work: () => Promise<T>, add: (turn: () => Promise<void>) => void): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      add(async () => {
        try {
          resolve(await work());
        } catch (error) {
          reject(error as Error);
        }
      });
      if (!this.#isRunning) this.#next();
    });
  }

  #lineOf(name: string): Queue {
    const line = this.#lines.get(name) ?? new Queue();
    this.#lines.set(name, line);
    return line;
  }

  /** Whether somebody waits for the turn under way to end. */
  get isAwaited(): boolean {
    return !this.#intake.isEmpty || this.#lines.size > 0 || this.#last !== null;
  }

  /** Starts the next turn, unless the event loop must have its own first; then that starts it. */
  #next(): void {
    if (!this.isAwaited) return;
    const now = performance.now();
    if (this.#unbrokenSince === null) this.#awaitBreak(now);
    else if (now - this.#unbrokenSince > breakAfterMs) return;
    this.#isRunning = true;
    const isIntake = !this.#intake.isEmpty && (this.#lines.size === 0 || this.#othersLeftMs <= 0);
    const [line] = isIntake ? [] : this.#lines.keys();
    const turn = isIntake ? this.#intake.remove() : this.#nextOf(line);
    void turn().then(() => {
      const tookMs = performance.now() - now;
      this.#isRunning = false;
      this.#othersLeftMs = isIntake ? othersMs : this.#othersLeftMs - tookMs;
      if (line !== undefined) this.#moveOn(line, tookMs);
      this.#next();
    });
  }

  #nextOf(name: string | undefined): () => Promise<void> {
    if (name !== undefined) {
      const line = this.#lineOf(name);
      const turn = line.remove();
      if (line.isEmpty) this.#lines.delete(name);
      return turn;
    }
    const turn = this.#last;
    if (turn === null) throw new Error('Nobody waits for a turn.');
    this.#last = null;
    return turn;
  }

  /** The line goes on, or to the end of the round. */
  #moveOn(name: string, tookMs: number): void {
    this.#usedMs += tookMs;
    const [first] = this.#lines.keys();
    if (first === name && this.#usedMs < lineTurnMs) return;
    this.#usedMs = 0;
    const line = this.#lines.get(name);
    if (line === undefined || first !== name) return;
    this.#lines.delete(name);
    this.#lines.set(name, line);
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
