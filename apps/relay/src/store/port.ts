/**
 * The one door to the database. Everything above it speaks SQL that SQLite and PostgreSQL both understand, with named
 * parameters, and never learns which of the two is behind. What is promised here is proved by `conformance.ts`, which every store runs.
 *
 * There are two kinds of tables, and two handles that keep them apart:
 *
 *   system tables   which agencies, codes, tokens, account routes and deliveries there are; no buyer in them that is
 *                   not still sealed in a delivery. Also partners and their grants: a partner reads through neither handle but
 *                   through `partners/for-partner.ts`, which takes questions instead of statements. Reached through `SystemTx`, which refuses every other table.
 *   tenant tables   everything that belongs to one agency. Reached only through an `AgencyTx`, made for that agency. It binds `:agency` automatically and refuses a statement that does not name it, so a forgotten filter fails at once
 *                   instead of leaking.
 *
 * Whatever goes wrong with the database itself is a `StoreError`.
 */
export type SqlValue = string | number | null | Buffer;
/**
 * Text comes back as it was given, in any script. Only what is no character does not: U+0000, which PostgreSQL cannot keep, and half a
 * surrogate pair become U+FFFD. Whole numbers come back exactly from -2^53 to 2^53.
 */
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
  /**
   * The same transaction, seen by one agency. In a `write`, the agency's row is locked before its first statement. Work that knows
   * beforehand that it reaches several agencies takes them in the order of their ids. Work that learns of them on its way (webhooks) need
   * not: a store that locks rows never waits for one out of that order, but calls it a conflict and locks all of them in order before it
   * runs the work again. So two writes never wait for each other in a circle.
   */
  forAgency(agencyId: string): AgencyTx;
  /** Undoes what `work` did, and only that, when it throws; the error goes on to the caller. After a conflict everything is undone. */
  savepoint<T>(work: () => Promise<T>): Promise<T>;
}

/**
 * What `Store` says of `read` and `write`, for one agency. In `write` the agency's row is locked before the work begins, so that of all
 * writes of one agency only one is under way, in this process and in any other: on its tables, work may look first and insert after.
 */
export interface AgencyStore {
  readonly agencyId: string;
  read<T>(work: (tx: AgencyTx) => Promise<T>): Promise<T>;
  write<T>(work: (tx: AgencyTx) => Promise<T>): Promise<T>;
}

/**
 * Webhooks go first: Meta waits for the answer, and retries what was not answered in time. `backlog` is ordinary work of which more follows
 * immediately: the database may leave its own upkeep until after it.
 */
export type Urgency = 'intake' | 'ordinary' | 'backlog';

/** Work must await nothing but its transaction: everybody takes turns, agencies one after the other. */
export interface Store {
  /** Sees one moment, however many statements it runs and whoever commits meanwhile. Changes nothing: it refuses statements that would. */
  read<T>(work: (tx: SystemTx) => Promise<T>): Promise<T>;
  /**
   * Commits when its work is done, and durably (a power cut after it returns loses nothing); when the work throws, nothing of it happened.
   *
   * The work may be run more than once: where another transaction got in the way, the database gives this one up, and the store runs it
   * again from the beginning. So work keeps what it finds out in its result, leaves nothing behind in variables outside, and what follows
   * from it (waking desks, calling Meta) comes after `write` has returned. Swallowing the error of a statement does not prevent this.
   *
   * Outside an agency's tables nothing else may be taken for locked: what looks first and inserts after there says `on conflict`, and
   * throws `overtaken` where it must start over.
   */
  write<T>(work: (tx: SystemTx) => Promise<T>, urgency?: Urgency): Promise<T>;
  forAgency(agencyId: string): AgencyStore;
  /** Calls back when another process (the operator's command) wrote to the same database. Returns how to stop. */
  onOutsideWrite(listener: () => void): () => void;
  /**
   * Leaves no copy of what was changed or removed where the database keeps one besides its tables. False while somebody still reads the
   * past, for whom it must be kept; then to be asked again.
   */
  forgetRemoved(): Promise<boolean>;
  /** After everything that was asked for before is done. What is asked afterwards is a `StoreError`, `closed`. */
  close(): Promise<void>;
}
