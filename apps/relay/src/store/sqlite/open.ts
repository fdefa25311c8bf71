import { chmodSync, existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { isStoreError, StoreError } from '../errors.ts';
import type { AgencyTx, Store, SystemTx, Urgency } from '../port.ts';
import { runAgainAfterConflict } from '../run-again.ts';
import { inStoreTerms, storeErrorOf } from './errors.ts';
import { migrate, refuseNewer } from './migrate.ts';
import { seedPlannerStatistics } from './planner-statistics.ts';
import { SqliteStatements } from './statements.ts';
import { TurnTaking } from './turn-taking.ts';
import { WriteAheadLog } from './write-ahead-log.ts';

/**
 * Opens (or makes) the relay's database at `path` and brings it to the present version.
 * `synchronous=FULL` is set here and asserted by a test: better-sqlite3 opens WAL files with NORMAL, under which a power cut
 * can take back a commit that was already acknowledged to Meta.
 * Throws a `StoreError`; `newer` for a file that a later Transom wrote and that this one must not use.
 */
export function openSqliteStore(path: string): Store {
  return inStoreTerms(() => open(path));
}

function open(path: string): Store {
  mkdirSync(dirname(path), { recursive: true });
  const isNew = !existsSync(path);
  const db = new Database(path, { timeout: maxLockMs });
  try {
    if (isNew) chmodSync(path, 0o600);
    refuseNewer(db);
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = FULL');
    db.pragma('foreign_keys = ON');
    db.pragma('secure_delete = ON');
    migrate(db);
    seedPlannerStatistics(db);
    db.pragma(`busy_timeout = ${blockingLockMs}`);
  } catch (error) {
    db.close();
    throw error;
  }
  return new SqliteStore(db);
}

/** How long another process (the operator's command) may hold the database before this one gives up. */
const maxLockMs = 5_000;
/** How much of that may be spent waiting inside SQLite, which blocks the event loop; the rest is waited for outside. */
const blockingLockMs = 5;

/** An operator who adds an account sees it work almost at once; an idle relay hardly notices the polling. */
const outsideWritePollMs = 250;

/** The lines for work that belongs to no agency. Reads, such as who holds a token, do not wait for the slices that bring webhooks in. */
const systemReads = 'system reads';
const systemWrites = 'system writes';

class SqliteStore implements Store {
  readonly #db: Database.Database;
  readonly #look: Database.Statement<[]>;
  readonly #begin: Database.Statement<[]>;
  readonly #commit: Database.Statement<[]>;
  readonly #statements: SqliteStatements;
  readonly #turns = new TurnTaking();
  readonly #writeAheadLog: WriteAheadLog;

  constructor(db: Database.Database) {
    this.#db = db;
    this.#look = db.prepare('begin');
    this.#begin = db.prepare('begin immediate');
    this.#commit = db.prepare('commit');
    this.#statements = new SqliteStatements(db);
    this.#writeAheadLog = new WriteAheadLog(db);
  }

  // One connection serves both: it is synchronous, so a second one would add no parallelism, only a second view of time.
  read<T>(work: (tx: SystemTx) => Promise<T>): Promise<T> {
    return this.#read(work, systemReads);
  }

  #read<T>(work: (tx: SystemTx) => Promise<T>, line: string): Promise<T> {
    return this.#turns.take(async () => {
      if (!this.#db.open) throw closed();
      inStoreTerms(() => this.#look.run());
      return this.#within('read', work);
    }, line);
  }

  write<T>(work: (tx: SystemTx) => Promise<T>, urgency: Urgency = 'ordinary'): Promise<T> {
    return this.#write(work, systemWrites, urgency);
  }

  async #write<T>(work: (tx: SystemTx) => Promise<T>, line: string, urgency: Urgency): Promise<T> {
    const copying = this.#writeAheadLog.inTheWayOf(urgency);
    if (copying !== null) await copying;
    return this.#turns.take(
      async () => {
        const { finishing } = this.#writeAheadLog;
        if (finishing !== null) await finishing;
        const result = await runAgainAfterConflict(async () => {
          await this.#beginWriting();
          return this.#within('write', work);
        });
        this.#writeAheadLog.copySome(urgency === 'backlog' || this.#turns.isAwaited);
        return result;
      },
      line,
      urgency,
    );
  }

  /** Runs the work in the transaction that was begun, and ends it. */
  async #within<T>(kind: 'read' | 'write', work: (tx: SystemTx) => Promise<T>): Promise<T> {
    this.#statements.begin(kind);
    try {
      const result = await work(this.#statements);
      this.#statements.assertWhole();
      inStoreTerms(() => this.#commit.run());
      return result;
    } catch (error) {
      if (this.#db.inTransaction) this.#db.exec('rollback');
      // Even if the work has turned it into another error.
      throw this.#statements.conflict ?? error;
    } finally {
      this.#statements.end();
    }
  }

  /** Writes that wait for the thread are not in the queue yet, although they were asked for earlier. */
  async #afterThoseWhoWait(): Promise<void> {
    await this.#writeAheadLog.inTheWayOf('ordinary');
  }

  async #beginWriting(): Promise<void> {
    if (!this.#db.open) throw closed();
    const until = performance.now() + maxLockMs;
    for (;;) {
      try {
        this.#begin.run();
        return;
      } catch (error) {
        const explained = storeErrorOf(error);
        if (!isStoreError(explained, 'busy') || performance.now() > until) throw explained;
      }
      await pause(blockingLockMs);
    }
  }

  forAgency(agencyId: string) {
    const within =
      <T>(work: (tx: AgencyTx) => Promise<T>) =>
      (tx: SystemTx) =>
        work(tx.forAgency(agencyId));
    return {
      agencyId,
      read: <T>(work: (tx: AgencyTx) => Promise<T>) => this.#read(within(work), agencyId),
      write: <T>(work: (tx: AgencyTx) => Promise<T>) => this.#write(within(work), agencyId, 'ordinary'),
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

  async forgetRemoved(): Promise<boolean> {
    await this.#afterThoseWhoWait();
    return this.#turns.take(async () => {
      if (!this.#db.open) throw closed();
      try {
        return await this.#writeAheadLog.empty();
      } catch (error) {
        throw storeErrorOf(error);
      }
    }, systemWrites);
  }

  async close(): Promise<void> {
    await this.#afterThoseWhoWait();
    await this.#turns.takeLast(async () => {
      await this.#writeAheadLog.close();
      this.#db.close();
    });
  }
}

function closed(): StoreError {
  return new StoreError('closed', 'The database was closed, because the relay is ending.');
}
