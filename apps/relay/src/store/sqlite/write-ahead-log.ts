import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import type Database from 'better-sqlite3';
import type { Urgency } from '../port.ts';

/** 2 MB: copied at a time where nothing is in a hurry. */
const copyStepPages = 500;
/** 16 MB: a log this long is copied to its end, so that SQLite starts it over. */
const longPages = 4_000;
/** 32 MB, as after a backup: copying this much at once keeps the disk from everybody. */
const veryLongPages = 8_000;

type State = { readonly log: number; readonly checkpointed: number };

/** What the thread is copying; `isLast` if it is to reach the end of the log. */
type Copying = {
  readonly done: Promise<void>;
  readonly end: () => void;
  readonly pages: number;
  readonly isLast: boolean;
};

/**
 * How pages of SQLite's write-ahead log get to their places in the file. Left alone, SQLite copies them within some commit, and the
 * event loop is blocked meanwhile: 150 ms if the pages are far apart, half a second after a backup that held on to the
 * past. So a thread copies them while others read and write:
 *
 *   less than a step to copy     it stays in the log
 *   a step                       the thread copies, at once or, while more follows, when the log is long; the first one starts it
 *   a long log, partly copied    the thread copies the rest while nobody writes: only then does SQLite start the log over
 *
 * Nothing here may fail a write, which is durable already. If there can be no thread, SQLite copies within commits, as it would have.
 */
export class WriteAheadLog {
  readonly #db: Database.Database;
  readonly #state: Database.Statement<[], State>;
  #thread: Worker | null = null;
  #isUsable = true;
  #copying: Copying | null = null;
  /** How long the log was when it was last copied. A reader of an older state keeps the rest from being copied. */
  #seen = 0;

  constructor(db: Database.Database) {
    this.#db = db;
    this.#state = db.prepare('pragma wal_checkpoint(noop)');
    db.pragma('wal_autocheckpoint = 0');
  }

  /**
   * Resolves when the thread is done; null if work of this urgency need not wait for that. A commit meanwhile may have to wait for the same
   * disk, and the event loop with it.
   */
  inTheWayOf(urgency: Urgency): Promise<void> | null {
    if (this.#copying === null) return null;
    return urgency !== 'intake' || this.#copying.pages >= veryLongPages ? this.#copying.done : null;
  }

  /** The copy that reaches the end of the log, during which nobody may write; null while there is none. */
  get finishing(): Promise<void> | null {
    return this.#copying?.isLast ? this.#copying.done : null;
  }

  /** Call this after each commit. Never throws. While more is to be written, copying waits until the log is long. */
  copySome(moreFollows: boolean): void {
    if (!this.#isUsable || this.#copying !== null) return;
    try {
      const state = this.#look();
      // SQLite started the log over.
      if (state.log < this.#seen) this.#seen = 0;
      const isHeldBack = state.checkpointed < this.#seen;
      const notSeen = state.log - Math.max(state.checkpointed, this.#seen);
      if (notSeen >= (moreFollows ? longPages : copyStepPages)) this.#copyAside(state);
      else if (state.log >= longPages && notSeen > 0 && !isHeldBack) this.#copyAside(state, true);
    } catch {
      this.#copyWithinCommits();
    }
  }

  /** Copies everything and truncates the log; false if somebody else is in the way. Nobody may write meanwhile. */
  async empty(): Promise<boolean> {
    await this.#copying?.done;
    const state = this.#look();
    if (this.#isUsable && state.log - state.checkpointed >= copyStepPages) this.#copyAside(state);
    await this.#copying?.done;
    const [result] = this.#db.pragma('wal_checkpoint(truncate)') as { busy: number }[];
    return result?.busy === 0;
  }

  async close(): Promise<void> {
    await this.#copying?.done;
    await this.#thread?.terminate();
  }

  #look(): State {
    return this.#state.get() ?? { log: 0, checkpointed: 0 };
  }

  #copyAside({ log, checkpointed }: State, isLast = false): void {
    try {
      this.#thread ??= this.#startThread();
    } catch {
      this.#copyWithinCommits();
      return;
    }
    this.#seen = log;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#copying = { done: promise, end: resolve, pages: log - checkpointed, isLast };
    this.#thread.ref();
    this.#thread.postMessage('copy');
  }

  #startThread(): Worker {
    const workerData = { driver: createRequire(import.meta.url).resolve('better-sqlite3'), path: this.#db.name };
    const thread = new Worker(threadScript, { eval: true, workerData, resourceLimits });
    const end = (): void => {
      const copied = this.#copying;
      this.#copying = null;
      // A process that has nothing else to do may end.
      thread.unref();
      copied?.end();
    };
    return thread
      .on('message', end)
      .on('error', () => this.#copyWithinCommits())
      .on('exit', () => {
        this.#copyWithinCommits();
        end();
      });
  }

  #copyWithinCommits(): void {
    this.#isUsable = false;
    if (this.#db.open) this.#db.pragma(`wal_autocheckpoint = ${longPages}`);
  }
}

/** Given as text, so that the built relay stays one file. */
const threadScript = `
  const { parentPort, workerData } = require('node:worker_threads');
  const Database = require(workerData.driver);
  const db = new Database(workerData.path, { fileMustExist: true });
  db.pragma('synchronous = FULL');
  parentPort.on('message', () => {
    try {
      db.pragma('wal_checkpoint(passive)');
    } catch {
      // A full disk, perhaps: the pages stay in the log, and with the next ones it is tried again.
    }
    parentPort.postMessage('copied');
  });
`;
const resourceLimits = { maxYoungGenerationSizeMb: 1, maxOldGenerationSizeMb: 16, stackSizeMb: 1 };
