import type { Urgency } from '../port.ts';

/** After this much work without a break, sockets, HTTP and timers get the event loop before the next turn. */
const breakAfterMs = 4;
/** How long a line goes on when its turn comes: at least one piece of work, and many small ones. */
const lineTurnMs = 1;
/** After each turn of intake, the others get this long, so that a flood of webhooks on a slow disk does not stop desks. */
const othersMs = 4;

/**
 * Runs one piece of work after the other: SQLite has one writer, and a transaction spans several awaits. Queued work starts when the work
 * before it has settled, whether that succeeded or not. However much is queued, the event loop goes on turning.
 *
 * Work waits in a line (its agency's, say), and the lines take turns of about a millisecond: however much one agency asks for, it costs any
 * other one turn at a time.
 */
export class TurnTaking {
  readonly #intake = new Queue();
  /** In the order of their turns. Only lines in which work waits. */
  readonly #lines = new Map<string, Queue>();
  /** How much of its turn the first line has used. */
  #usedMs = 0;
  #last: (() => Promise<void>) | null = null;
  #isRunning = false;
  #othersLeftMs = 0;
  /** Since when work has run without giving the event loop a turn; null right after such a turn. */
  #unbrokenSince: number | null = null;

  take<T>(work: () => Promise<T>, line: string, urgency: Urgency = 'ordinary'): Promise<T> {
    return this.#queue(work, (turn) => (urgency === 'intake' ? this.#intake : this.#lineOf(line)).add(turn));
  }

  /** Takes a turn when nobody else is left waiting for one. Call this once. */
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

  /** Whether somebody waits for the current turn to end. */
  get isAwaited(): boolean {
    return !this.#intake.isEmpty || this.#lines.size > 0 || this.#last !== null;
  }

  /** Starts the next turn, unless the event loop must have one first; that one then starts it. */
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

  /** Lets the line go on, or moves it to the end of the round. */
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

/** First in, first out. Removing one does not move the others each time. */
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
