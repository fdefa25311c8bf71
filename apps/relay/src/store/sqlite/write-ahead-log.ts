import type Database from 'better-sqlite3';

/** SQLite copies automatically, within a commit, whenever the log holds this much (16 MB): under load, storing goes first. */
const mostPages = 4_000;
/** 2 MB, which take 2 or 3 ms. */
const bitePages = 500;

/**
 * When the pages of SQLite's write-ahead log are copied to their places in the file. Some commit does it, as a rule, and whoever
 * waits for that commit waits for the copy. `copySome` does it in small bites, for moments in which nobody waits.
 */
export class WriteAheadLog {
  readonly #db: Database.Database;
  readonly #state: Database.Statement<[], { log: number; checkpointed: number }>;

  constructor(db: Database.Database) {
    this.#db = db;
    this.#state = db.prepare('pragma wal_checkpoint(noop)');
    db.pragma(`wal_autocheckpoint = ${mostPages}`);
  }

  copySome(): void {
    const state = this.#state.get();
    if (state !== undefined && state.log - state.checkpointed >= bitePages) this.#db.pragma('wal_checkpoint(passive)');
  }

  /** Copies the rest and cuts the log off; false where somebody else is in the way. */
  empty(): boolean {
    const [result] = this.#db.pragma('wal_checkpoint(truncate)') as { busy: number }[];
    return result?.busy === 0;
  }
}
