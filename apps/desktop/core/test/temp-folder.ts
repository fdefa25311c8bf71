import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Db, openDatabase } from '../cache/open.ts';
import { createStore, type Store } from '../cache/store.ts';

export function tempFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'transom-core-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A store on fresh files, closed at the end of the test. */
export function tempStore(folder = tempFolder()): Store & { db: Db } {
  const db = openDb(folder);
  const store = createStore(db);
  onTestFinished(() => void (db.open && db.close()));
  return { ...store, db };
}

export function openDb(folder: string): Db {
  const opened = openDatabase(folder);
  if (opened.kind === 'trouble') throw new Error(opened.trouble.code);
  return opened.db;
}

/** Where in the desk's files a word stands, in whatever case. */
export function filesWith(folder: string, word: string): string[] {
  return readdirSync(folder).filter((file) =>
    readFileSync(join(folder, file)).toString('latin1').toLowerCase().includes(word.toLowerCase()),
  );
}
