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
    const prepared = this.#db.prepare<[SqlParams]>(sql);
    this.#bySql.set(sql, prepared);
    return prepared;
  }
}

/** The two handles of `port.ts` on one SQLite connection. */
export class SqliteStatements implements SystemTx {
  readonly #db: Database.Database;
  readonly #system: PreparedStatements;
  readonly #agency: PreparedStatements;

  constructor(db: Database.Database) {
    this.#db = db;
    this.#system = new PreparedStatements(db, assertSystemStatement);
    this.#agency = new PreparedStatements(db, assertAgencyStatement);
  }

  async get<Row>(sql: string, params: SqlParams = noParams): Promise<Row | undefined> {
    return this.#system.of(sql).get(params) as Row | undefined;
  }
  async all<Row>(sql: string, params: SqlParams = noParams): Promise<Row[]> {
    return this.#system.of(sql).all(params) as Row[];
  }
  async run(sql: string, params: SqlParams = noParams): Promise<number> {
    return this.#system.of(sql).run(params).changes;
  }

  forAgency(agencyId: string): AgencyTx {
    const statements = this.#agency;
    const bind = (params: SqlParams): SqlParams => ({ ...params, agency: agencyId });
    return {
      agencyId,
      get: async <Row>(sql: string, params: SqlParams = noParams) => statements.of(sql).get(bind(params)) as Row | undefined,
      all: async <Row>(sql: string, params: SqlParams = noParams) => statements.of(sql).all(bind(params)) as Row[],
      run: async (sql: string, params: SqlParams = noParams) => statements.of(sql).run(bind(params)).changes,
    } satisfies Statements & { agencyId: string };
  }

  async savepoint<T>(work: () => Promise<T>): Promise<T> {
    this.#db.exec('savepoint piece');
    try {
      const result = await work();
      this.#db.exec('release piece');
      return result;
    } catch (error) {
      this.#db.exec('rollback to piece; release piece');
      throw error;
    }
  }
}
