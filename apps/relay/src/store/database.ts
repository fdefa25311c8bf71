import type { SchemaState } from './migration.ts';
import type { Store } from './port.ts';

/** Expected and explained: what could not be done, and what to do instead. */
type NotDone = { readonly ok: false; readonly detail: string };

export type Inspected = ({ readonly ok: true } & SchemaState) | NotDone;
export type BackedUp = { readonly ok: true; readonly sizeBytes: number; readonly checksumPath: string } | NotDone;
/** `kept`: where the former database is; null if there was none. */
export type Restored<Made> =
  | { readonly ok: true; readonly path: string; readonly kept: string | null; readonly made: Made }
  | NotDone;

/**
 * The database as a whole, for the operator of a relay. What only the database itself can answer is a promise: a server takes its time. For
 * a database that a server keeps, `backUp` and `restore` answer with what to use instead.
 */
export interface Database {
  /** The name that people know it by. */
  readonly name: string;
  /** The folder of the database and of what the relay keeps in files. It may not exist yet. */
  readonly folder: string;
  exists(): Promise<boolean>;
  /**
   * Creates it if it is missing, and brings it to the version of this relay. Throws a `StoreError`. For a server this may happen before the
   * first transaction, which then rejects with it.
   */
  open(): Store;
  /**
   * Keeps every other relay out until the returned function is called or the process ends. Throws a `StoreError`, `served`, if one is
   * there.
   */
  lockForServing(): Promise<() => void>;
  /** Whether it is a whole database of Transom; changes nothing. */
  inspect(): Promise<Inspected>;
  /** Rows of a database that may be damaged or older; it is not opened for writing. Empty if they cannot be read. */
  peek<Row>(sql: string): Promise<Row[]>;
  /** The path of a file that the relay keeps for this database, the same by whichever name the database is reached. */
  fileBeside(ending: string): string;
  /** Copies it to a new file while others write, and checks the copy. */
  backUp(to: string): Promise<BackedUp>;
  /**
   * Replaces it with a backup in one step; `makeReady` works on a copy of the backup before that. Wherever this is interrupted, it has
   * happened or it has not. Throws a `StoreError`, `served`, while a relay serves.
   */
  restore<Made>(from: string, now: number, makeReady: (store: Store) => Promise<Made>): Promise<Restored<Made>>;
}
