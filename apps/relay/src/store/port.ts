/**
 * The one door to the database. Everything above it speaks SQL that SQLite and PostgreSQL both understand, with named
 * parameters, and never learns which of the two is behind.
 *
 * There are two kinds of tables, and two handles that keep them apart:
 *
 *   system tables   which agencies, codes, tokens, account routes and deliveries there are; no buyer in them that is
 *                   not still sealed in a delivery. Reached through `SystemTx`, which refuses every other table.
 *   tenant tables   everything that belongs to one agency. Reached only through an `AgencyTx`, made for that agency. It binds
 *                   `:agency` by itself and refuses a statement that does not name it, so a forgotten filter fails at once
 *                   instead of leaking.
 */
export type SqlValue = string | number | null | Buffer;
export type SqlParams = Readonly<Record<string, SqlValue>>;

export interface Statements {
  /** The first row, or undefined. Works for statements with `returning`. */
  get<Row>(sql: string, params?: SqlParams): Promise<Row | undefined>;
  all<Row>(sql: string, params?: SqlParams): Promise<Row[]>;
  /** Runs a statement; the number of rows that it changed. */
  run(sql: string, params?: SqlParams): Promise<number>;
}

export interface AgencyTx extends Statements {
  readonly agencyId: string;
}

export interface SystemTx extends Statements {
  /** The same transaction, seen by one agency. */
  forAgency(agencyId: string): AgencyTx;
  /** Undoes what `work` did, and only that, when it throws; the error goes on to the caller. */
  savepoint<T>(work: () => Promise<T>): Promise<T>;
}

export interface AgencyStore {
  readonly agencyId: string;
  read<T>(work: (tx: AgencyTx) => Promise<T>): Promise<T>;
  write<T>(work: (tx: AgencyTx) => Promise<T>): Promise<T>;
}

/** Webhooks go first: Meta waits for the answer, and sends again and again what was not answered in time. */
export type Urgency = 'intake' | 'ordinary';

/**
 * `read` sees one moment, however many statements it runs and whoever commits meanwhile. `write` commits when its work is done, and
 * durably (a power cut after it returns loses nothing); when the work throws, nothing of it happened. Work must await nothing but its
 * transaction: everybody takes turns, agencies one after the other.
 */
export interface Store {
  read<T>(work: (tx: SystemTx) => Promise<T>): Promise<T>;
  write<T>(work: (tx: SystemTx) => Promise<T>, urgency?: Urgency): Promise<T>;
  forAgency(agencyId: string): AgencyStore;
  /** Calls back when another process (the operator's command) wrote to the same database. Returns how to stop. */
  onOutsideWrite(listener: () => void): () => void;
  /** Leaves no copy of what was changed or removed in the database's log. False while another process still reads the past. */
  emptyLog(): Promise<boolean>;
  close(): Promise<void>;
}
