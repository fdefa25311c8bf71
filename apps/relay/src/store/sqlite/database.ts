import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import BetterSqlite from 'better-sqlite3';
import type { BackedUp, Database, Inspected, Restored } from '../database.ts';
import type { Store } from '../port.ts';
import { inspectDatabaseFile } from './inspect.ts';
import { lockForServing, realPathOf } from './lock.ts';
import { openSqliteStore } from './open.ts';
import { restoreDatabase } from './restore.ts';
import { backUp } from './write-backup.ts';

/** One file, with its log beside it. */
export class SqliteDatabase implements Database {
  /** Its path. */
  readonly name: string;

  constructor(path: string) {
    this.name = path;
  }

  get folder(): string {
    return dirname(this.name);
  }

  async exists(): Promise<boolean> {
    return existsSync(this.name);
  }

  open(): Store {
    return openSqliteStore(this.name);
  }

  lockForServing(): Promise<() => void> {
    return lockForServing(this.name);
  }

  async inspect(): Promise<Inspected> {
    return inspectDatabaseFile(this.name);
  }

  async peek<Row>(sql: string): Promise<Row[]> {
    if (!(await this.exists())) return [];
    try {
      const db = new BetterSqlite(this.name, { readonly: true, fileMustExist: true });
      try {
        return db.prepare<[], Row>(sql).all();
      } finally {
        db.close();
      }
    } catch (error) {
      if (error instanceof BetterSqlite.SqliteError) return [];
      throw error;
    }
  }

  fileBeside(ending: string): string {
    return `${realPathOf(this.name)}.${ending}`;
  }

  backUp(to: string): Promise<BackedUp> {
    return backUp(this.name, to);
  }

  restore<Made>(from: string, now: number, makeReady: (store: Store) => Promise<Made>): Promise<Restored<Made>> {
    return restoreDatabase(this.name, from, now, makeReady);
  }
}
