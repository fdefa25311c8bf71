import type Database from 'better-sqlite3';
import { isStoreError, StoreError } from '../errors.ts';
import type { AgencyTx, SqlParams, Statements, SystemTx } from '../port.ts';
import { assertAgencyStatement, assertSystemStatement } from '../tables.ts';
import { storeErrorOf } from './errors.ts';

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
 * A plus before a parameter changes only this: without it, SQLite, built with STAT4, plans a join again on every run, because the value
 * might call for another plan. That cost six times the query itself (measured in November 2026, SQLite 3.54).
 */
const quotedOrParameter = /'(?:[^']|'')*'|(?<![\w:+]):(?=[a-z])/gi;
function plannedOnce(sql: string): string {
  return sql.replace(quotedOrParameter, (found) => (found === ':' ? '+:' : found));
}

type Kind = 'read' | 'write';

/** The two handles of `port.ts` on one SQLite connection. */
export class SqliteStatements implements SystemTx {
  readonly #db: Database.Database;
  readonly #beginPiece: Database.Statement<[]>;
  readonly #keepPiece: Database.Statement<[]>;
  readonly #system: PreparedStatements;
  readonly #agency: PreparedStatements;
  /** Of the current transaction; null if there is none. */
  #kind: Kind | null = null;
  /** Why it can no longer be committed. */
  #lost: StoreError | null = null;

  constructor(db: Database.Database) {
    this.#db = db;
    this.#beginPiece = db.prepare('savepoint piece');
    this.#keepPiece = db.prepare('release piece');
    this.#system = new PreparedStatements(db, assertSystemStatement);
    this.#agency = new PreparedStatements(db, assertAgencyStatement);
  }

  /** Call this when a transaction has begun; it forgets the previous one. */
  begin(kind: Kind): void {
    this.#kind = kind;
    this.#lost = null;
  }

  end(): void {
    this.#kind = null;
  }

  /** The conflict because of which the current transaction must be rerun. */
  get conflict(): StoreError | null {
    return isStoreError(this.#lost, 'conflict') ? this.#lost : null;
  }

  async get<Row>(sql: string, params: SqlParams = noParams): Promise<Row | undefined> {
    return this.#ask(this.#system, sql, (prepared) => prepared.get(storable(params)) as Row | undefined);
  }
  async all<Row>(sql: string, params: SqlParams = noParams): Promise<Row[]> {
    return this.#ask(this.#system, sql, (prepared) => prepared.all(storable(params)) as Row[]);
  }
  async run(sql: string, params: SqlParams = noParams): Promise<number> {
    return this.#ask(this.#system, sql, (prepared) => prepared.run(storable(params)).changes);
  }

  forAgency(agencyId: string): AgencyTx {
    const ask = <T>(sql: string, params: SqlParams, how: (prepared: Prepared, bound: SqlParams) => T): T =>
      this.#ask(this.#agency, sql, (prepared) => how(prepared, { ...storable(params), agency: agencyId }));
    return {
      agencyId,
      get: async <Row>(sql: string, params: SqlParams = noParams) =>
        ask(sql, params, (prepared, bound) => prepared.get(bound) as Row | undefined),
      all: async <Row>(sql: string, params: SqlParams = noParams) =>
        ask(sql, params, (prepared, bound) => prepared.all(bound) as Row[]),
      run: async (sql: string, params: SqlParams = noParams) =>
        ask(sql, params, (prepared, bound) => prepared.run(bound).changes),
    } satisfies Statements & { agencyId: string };
  }

  /** Throws if the transaction cannot be committed, even if the work has swallowed the reason. */
  assertWhole(): void {
    if (this.#kind !== null && !this.#db.inTransaction) this.#lost ??= lostTo(null);
    if (this.#lost !== null) throw this.#lost;
  }

  #ask<T>(statements: PreparedStatements, sql: string, how: (prepared: Prepared) => T): T {
    if (this.#lost !== null) throw this.#lost;
    return this.#explained(() => {
      const prepared = statements.of(sql);
      if (this.#kind === 'read' && !prepared.readonly) throw new Error(`A read changes nothing. Statement: ${sql}`);
      return how(prepared);
    });
  }

  #explained<T>(action: () => T): T {
    try {
      return action();
    } catch (error) {
      const explained = storeErrorOf(error);
      if (isStoreError(explained, 'conflict')) this.#lost = explained;
      else if (this.#kind !== null && !this.#db.inTransaction) this.#lost = lostTo(explained);
      throw explained;
    }
  }

  async savepoint<T>(work: () => Promise<T>): Promise<T> {
    this.assertWhole();
    this.#explained(() => this.#beginPiece.run());
    try {
      const result = await work();
      this.assertWhole();
      this.#explained(() => this.#keepPiece.run());
      return result;
    } catch (error) {
      if (this.#db.inTransaction) this.#db.exec('rollback to piece; release piece');
      throw error;
    }
  }
}

/**
 * On a full disk or a read error SQLite rolls the whole transaction back on its own. Whatever ran after that would be committed
 * without the rest, so nothing more runs.
 */
function lostTo(cause: unknown): StoreError {
  const reason = isStoreError(cause) ? cause.reason : 'io';
  return new StoreError(
    reason,
    'The database undid this transaction (disk full or read error). Nothing was changed; try again.',
    cause === null ? {} : { cause },
  );
}

/** SQLite would keep U+0000, but its functions take it for the end of a text, and PostgreSQL refuses it. */
function storable(params: SqlParams): SqlParams {
  for (const name in params) {
    const value = params[name];
    if (typeof value === 'string' && value.includes('\0')) return withoutZeros(params);
  }
  return params;
}

function withoutZeros(params: SqlParams): SqlParams {
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => [
      name,
      typeof value === 'string' ? value.replaceAll('\0', '\ufffd') : value,
    ]),
  );
}
