import { chmodSync, existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import type { AgencyTx, Store, SystemTx } from '../port.ts';
import { migrate, refuseNewer } from './migrate.ts';
import { tellPlanner } from './planner-facts.ts';
import { SqliteStatements, TransactionLostError } from './statements.ts';
import { TurnTaking } from './turn-taking.ts';
import { WriteAheadLog } from './write-ahead-log.ts';

/**
 * Opens (or makes) the relay's database at `path` and brings it to the present version.
 * `synchronous=FULL` is set here and asserted by a test: better-sqlite3 opens WAL files with NORMAL, under which a power cut
 * can take back a commit that was already acknowledged to Meta.
 * Throws `NewerDatabaseError` for a file that a later Transom wrote.
 */
export function openSqliteStore(path: string): Store {
  mkdirSync(dirname(path), { recursive: true });
  const isNew = !existsSync(path);
  const db = new Database(path, { timeout: 5_000 });
  try {
    if (isNew) chmodSync(path, 0o600);
    refuseNewer(db);
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = FULL');
    db.pragma('foreign_keys = ON');
    db.pragma('secure_delete = ON');
    migrate(db);
    tellPlanner(db);
  } catch (error) {
    db.close();
    throw error;
  }
  return new SqliteStore(db);
}

/** An operator who adds an account sees it work within a blink; an idle relay hardly notices the question. */
const outsideWritePollMs = 250;

class SqliteStore implements Store {
  readonly #db: Database.Database;
  readonly #begin: Database.Statement<[]>;
  readonly #commit: Database.Statement<[]>;
  readonly #statements: SqliteStatements;
  readonly #turns = new TurnTaking();
  readonly #writeAheadLog: WriteAheadLog;

  constructor(db: Database.Database) {
    this.#db = db;
    this.#begin = db.prepare('begin immediate');
    this.#commit = db.prepare('commit');
    this.#statements = new SqliteStatements(db);
    this.#writeAheadLog = new WriteAheadLog(db);
  }

  // One connection serves both: it is synchronous, so a second one would add no parallelism, only a second view of time.
  read<T>(work: (tx: SystemTx) => Promise<T>): Promise<T> {
    return this.#turns.take(() => work(this.#statements));
  }

  write<T>(work: (tx: SystemTx) => Promise<T>): Promise<T> {
    return this.#turns.take(async () => {
      this.#begin.run();
      this.#statements.mustBeInTransaction = true;
      try {
        const result = await work(this.#statements);
        if (!this.#db.inTransaction) throw new TransactionLostError();
        this.#commit.run();
        return result;
      } catch (error) {
        if (this.#db.inTransaction) this.#db.exec('rollback');
        throw error;
      } finally {
        this.#statements.mustBeInTransaction = false;
      }
    });
  }

  forAgency(agencyId: string) {
    const within =
      <T>(work: (tx: AgencyTx) => Promise<T>) =>
      (tx: SystemTx) =>
        work(tx.forAgency(agencyId));
    return {
      agencyId,
      read: <T>(work: (tx: AgencyTx) => Promise<T>) => this.read(within(work)),
      write: <T>(work: (tx: AgencyTx) => Promise<T>) => this.write(within(work)),
    };
  }

  onOutsideWrite(listener: () => void): () => void {
    // `data_version` changes for this connection only when another one committed: two microseconds, no lock.
    const version = () => this.#db.pragma('data_version', { simple: true });
    let seen = version();
    const timer = setInterval(() => {
      const present = version();
      if (present === seen) return;
      seen = present;
      listener();
    }, outsideWritePollMs);
    timer.unref();
    return () => clearInterval(timer);
  }

  tidy(): Promise<void> {
    return this.#turns.take(async () => {
      if (this.#db.open) this.#writeAheadLog.copySome();
    });
  }

  async backupTo(path: string): Promise<void> {
    if (existsSync(path)) throw new Error(`${path} exists already; a backup never overwrites. Choose another name.`);
    await this.#db.backup(path);
    chmodSync(path, 0o600);
  }

  async close(): Promise<void> {
    await this.#turns.take(async () => {
      this.#db.close();
    });
  }
}
