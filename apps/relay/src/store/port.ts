/**
 * The one door to the database. Everything above it speaks SQL that SQLite and PostgreSQL both understand, with named
 * parameters, and never learns which of the two is behind it. What is promised here is proved by `conformance.ts`, which every store runs.
 *
 * There are two kinds of tables, and two handles that keep them apart:
 *
 *   system tables   agencies, codes, tokens, account routes and deliveries; a buyer is in them only inside a stored delivery. Also partners
 *                   and their grants: a partner reads through neither handle but through `partners/for-partner.ts`, which takes
 *                   questions instead of statements. Reached through `SystemTx`, which refuses every other table.
 *   tenant tables   everything that belongs to one agency. Reached only through an `AgencyTx`, made for that agency. It binds `:agency`
 *                   automatically and refuses a statement that does not name it, so a forgotten filter fails at once
 *                   instead of leaking.
 *
 * Any trouble with the database itself is a `StoreError`.
 */
export type SqlValue = string | number | null | Buffer;
/**
 * Text comes back as it was given, in any script, except what is not a character: U+0000, which PostgreSQL cannot keep, and half a
 * surrogate pair become U+FFFD. Whole numbers come back exactly from -2^53 to 2^53.
 */
export type SqlParams = Readonly<Record<string, SqlValue>>;

export interface Statements {
  /** The first row, or undefined. Works for statements with `returning`. */
  get<Row>(sql: string, params?: SqlParams): Promise<Row | undefined>;
  all<Row>(sql: string, params?: SqlParams): Promise<Row[]>;
  /** Runs a statement; returns the number of rows that it changed. */
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
   * reruns the work. So two writes never deadlock.
   */
  forAgency(agencyId: string): AgencyTx;
  /** Undoes what `work` did, and only that, when it throws; the error is passed on to the caller. After a conflict everything is undone. */
  savepoint<T>(work: () => Promise<T>): Promise<T>;
}

/**
 * `read` and `write` as in `Store`, for one agency. `write` locks the agency's row before the work begins, so only one write of an agency
 * runs at a time, in this process and in any other: on its tables, work may look first and insert afterwards.
 */
export interface AgencyStore {
  readonly agencyId: string;
  read<T>(work: (tx: AgencyTx) => Promise<T>): Promise<T>;
  write<T>(work: (tx: AgencyTx) => Promise<T>): Promise<T>;
}

/**
 * Webhooks go first: Meta waits for the answer, and retries what was not answered in time. `backlog` is ordinary work that is followed by
 * more immediately: the database may leave its own upkeep until after it.
 */
export type Urgency = 'intake' | 'ordinary' | 'backlog';

/** Work must await nothing but its transaction, because all work takes turns, agency by agency. */
export interface Store {
  /** Sees one moment, however many statements it runs and whoever commits meanwhile. Refuses statements that would change something. */
  read<T>(work: (tx: SystemTx) => Promise<T>): Promise<T>;
  /**
   * Commits durably when its work is done (a power cut after it returns loses nothing); if the work throws, nothing of it happened.
   *
   * The work may be run more than once: if another transaction gets in the way, the database aborts this one, and the store reruns it from
   * the beginning. So work returns what it finds out, leaves nothing behind in variables outside, and what follows from it (waking desks,
   * calling Meta) comes after `write` has returned. Swallowing the error of a statement does not prevent this.
   *
   * Outside an agency's tables nothing else may be taken for locked: work that looks first and inserts afterwards says `on conflict` there,
   * and throws `overtaken` if it must start over.
   */
  write<T>(work: (tx: SystemTx) => Promise<T>, urgency?: Urgency): Promise<T>;
  forAgency(agencyId: string): AgencyStore;
  /** Calls back when another process (an operator command) wrote to the same database. Returns a function that stops this. */
  onOutsideWrite(listener: () => void): () => void;
  /**
   * Removes the copies of changed or removed rows that the database keeps besides its tables. False while a reader still needs an older
   * state; then call it again later.
   */
  forgetRemoved(): Promise<boolean>;
  /** Closes after everything that was asked for before is done. Anything asked for afterwards fails with a `StoreError`, `closed`. */
  close(): Promise<void>;
}
