import type Database from 'better-sqlite3';
import type { AgencyTx, SqlParams, Statements, SystemTx } from '../port.ts';
import { assertAgencyStatement, assertSystemStatement } from '../tables.ts';

type Prepared = Database.Statement<[SqlParams]>;
const noParams: SqlParams = {};

/** Prepares each statement once for the life of the connection, after it passed `assertAllowed`. */
class PreparedStatements {
  readonly #db: Database.Database;
  readonly #assertAllowed: (sql: string) => void;
  readonly #bySql = new Map<string, Prepared>();

  constructor(db: Database.Database, assertAllowed: (sql: string) => void) {
    this.#db = db;
    this.#assertAllowed = assertAllowed;
  }

  of(sql: string): Prepared {
    const known = this.#bySql.get(sql);
    if (known !== undefined) return known;
    this.#assertAllowed(sql);
    const prepared = this.#db.prepare<[SqlParams]>(plannedOnce(sql));
    this.#bySql.set(sql, prepared);
    return prepared;
  }
}

/**
 * A plus before a parameter changes nothing but this: SQLite, built with STAT4, otherwise plans a join anew whenever it is run,
 * because the value might ask for another plan. That cost six times the query itself (measured in November 2026, SQLite 3.54).
 */
const quotedOrParameter = /'(?:[^']|'')*'|(?<![\w:+]):(?=[a-z])/gi;
function plannedOnce(sql: string): string {
  return sql.replace(quotedOrParameter, (found) => (found === ':' ? '+:' : found));
}

/**
 * On a full disk or a read error SQLite rolls the whole transaction back on its own. Whatever ran after that would be committed
 * without the rest, so nothing more runs.
 */
export class TransactionLostError extends Error {
  readonly code = 'transaction_lost';
  constructor() {
    super('The database undid this transaction (disk full or read error). Nothing was changed; try again.');
    this.name = 'TransactionLostError';
  }
}

/** What is asked of a store that was closed, at the end of the process. */
export class StoreClosedError extends Error {
  readonly code = 'store_closed';
  constructor() {
    super('The database was closed, because the relay is ending.');
    this.name = 'StoreClosedError';
  }
}

/** The two handles of `port.ts` on one SQLite connection. */
export class SqliteStatements implements SystemTx {
  readonly #db: Database.Database;
  readonly #beginPiece: Database.Statement<[]>;
  readonly #keepPiece: Database.Statement<[]>;
  readonly #system: PreparedStatements;
  readonly #agency: PreparedStatements;
  /** Set by the store while a transaction is under way. */
  mustBeInTransaction = false;

  constructor(db: Database.Database) {
    this.#db = db;
    this.#beginPiece = db.prepare('savepoint piece');
    this.#keepPiece = db.prepare('release piece');
    this.#system = new PreparedStatements(db, assertSystemStatement);
    this.#agency = new PreparedStatements(db, assertAgencyStatement);
  }

  async get<Row>(sql: string, params: SqlParams = noParams): Promise<Row | undefined> {
    return this.#prepared(this.#system, sql).get(params) as Row | undefined;
  }
  async all<Row>(sql: string, params: SqlParams = noParams): Promise<Row[]> {
    return this.#prepared(this.#system, sql).all(params) as Row[];
  }
  async run(sql: string, params: SqlParams = noParams): Promise<number> {
    return this.#prepared(this.#system, sql).run(params).changes;
  }

  forAgency(agencyId: string): AgencyTx {
    const of = (sql: string): Prepared => this.#prepared(this.#agency, sql);
    const bind = (params: SqlParams): SqlParams => ({ ...params, agency: agencyId });
    return {
      agencyId,
      get: async <Row>(sql: string, params: SqlParams = noParams) => of(sql).get(bind(params)) as Row | undefined,
      all: async <Row>(sql: string, params: SqlParams = noParams) => of(sql).all(bind(params)) as Row[],
      run: async (sql: string, params: SqlParams = noParams) => of(sql).run(bind(params)).changes,
    } satisfies Statements & { agencyId: string };
  }

  #prepared(statements: PreparedStatements, sql: string): Prepared {
    if (this.mustBeInTransaction && !this.#db.inTransaction) throw new TransactionLostError();
    return statements.of(sql);
  }

  async savepoint<T>(work: () => Promise<T>): Promise<T> {
    if (!this.#db.inTransaction) throw new TransactionLostError();
    this.#beginPiece.run();
    try {
      const result = await work();
      this.#keepPiece.run();
      return result;
    } catch (error) {
      if (this.#db.inTransaction) this.#db.exec('rollback to piece; release piece');
      throw error;
    }
  }
}
