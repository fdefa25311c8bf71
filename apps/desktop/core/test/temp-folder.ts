import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Db, openDatabase } from '../cache/open.ts';
import { createStore, type Store } from '../cache/store.ts';
import { openIdentities } from '../identities/identities.ts';

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

/** The folder, within a data folder, of the person who was paired last. */
export const filesIn = (dataDir: string): string => openIdentities(dataDir).folder();

export function openDb(folder: string): Db {
  const opened = openDatabase(folder);
  if (opened.kind === 'trouble') throw new Error(opened.trouble.code);
  return opened.db;
}

/** The files of the desk that contain a word, in any case. */
export function filesWith(folder: string, word: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => relative(folder, join(parentPath, name)))
    .filter((file) => readFileSync(join(folder, file)).toString('latin1').toLowerCase().includes(word.toLowerCase()));
}
