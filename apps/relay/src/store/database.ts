import type { SchemaState } from './migration.ts';
import type { Store } from './port.ts';

/** Expected and explained: what could not be done, and what to do instead. */
type NotDone = { readonly ok: false; readonly detail: string };

export type Inspected = ({ readonly ok: true } & SchemaState) | NotDone;
export type BackedUp = { readonly ok: true; readonly sizeBytes: number; readonly checksumPath: string } | NotDone;
/** `kept`: where the former database is; null where there was none. */
export type Restored<Made> =
  | { readonly ok: true; readonly path: string; readonly kept: string | null; readonly made: Made }
  | NotDone;

/**
 * The database as a whole, for whoever runs a relay. A database that a server keeps answers `backUp` and `restore` with what to use
 * instead.
 */
export interface Database {
  /** What people know it by. */
  readonly name: string;
  /** Where it lies, and beside it what the relay keeps in files. It may not exist yet. */
  readonly folder: string;
  exists(): boolean;
  /** Makes it where it is missing, and brings it to the version of this relay. Throws a `StoreError`. */
  open(): Store;
  /** Keeps every other relay out until it is called back or the process ends. Throws a `StoreError`, `served`, where one is there. */
  lockForServing(): Promise<() => void>;
  /** Whether it is a whole database of Transom; changes nothing. */
  inspect(): Inspected;
  /** Rows of one that may be damaged or older, as it is: nothing is opened for writing. Empty where they cannot be read. */
  peek<Row>(sql: string): Row[];
  /** Where the relay keeps a file of its own that belongs to this database, by whatever name the database is reached. */
  fileBeside(ending: string): string;
  /** Copies it to a new file, checked, while others write. */
  backUp(to: string): Promise<BackedUp>;
  /**
   * Puts a backup in its place in one step. `makeReady` works on a copy of the backup before that. Wherever it ends, it has happened or
   * it has not. Throws a `StoreError`, `served`, while a relay serves.
   */
  restore<Made>(from: string, now: number, makeReady: (store: Store) => Promise<Made>): Promise<Restored<Made>>;
}
