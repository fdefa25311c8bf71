import type Database from 'better-sqlite3';
import type { TurnTaking } from './turn-taking.ts';

/** In a crowd storing goes first: then SQLite copies by itself, in a commit, whenever the log holds this much (16 MB). */
const mostPages = 4_000;
/** 2 MB, which take 2 or 3 ms. */
const bitePages = 500;
/** A write that comes this long after the one before is not one of a crowd. */
const calmMs = 2;

/**
 * When the pages of SQLite's write-ahead log are copied to their places in the file. Some commit does it, as a rule, and whoever
 * waits for that commit waits for the copy. Where writes come one by one, it is done between them instead, in small bites.
 */
export class WriteAheadLog {
  readonly #db: Database.Database;
  readonly #turns: TurnTaking;
  readonly #state: Database.Statement<[], { log: number; checkpointed: number }>;
  #committedAt = Number.NEGATIVE_INFINITY;

  constructor(db: Database.Database, turns: TurnTaking) {
    this.#db = db;
    this.#turns = turns;
    this.#state = db.prepare('pragma wal_checkpoint(noop)');
    db.pragma(`wal_autocheckpoint = ${mostPages}`);
  }

  /** Asked after each commit. */
  copySoon(): void {
    const now = performance.now();
    const isCalm = now - this.#committedAt > calmMs;
    this.#committedAt = now;
    if (!isCalm) return;
    // What cannot be copied (a full disk) is safe where it is, and tried again after the next commit.
    setImmediate(() => this.#turns.take(async () => this.#copy()).catch(() => undefined));
  }

  #copy(): void {
    if (!this.#db.open) return;
    const state = this.#state.get();
    if (state !== undefined && state.log - state.checkpointed >= bitePages) this.#db.pragma('wal_checkpoint(passive)');
  }
}
