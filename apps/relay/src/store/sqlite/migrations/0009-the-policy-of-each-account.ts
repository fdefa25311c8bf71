import type Database from 'better-sqlite3';

/** The rules of its channel that an account was told last, as desks get them. Filled by the relay when it starts. */
export function thePolicyOfEachAccount(db: Database.Database): void {
  db.exec(`alter table accounts add column policy text`);
}
