import { existsSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { BackedUp } from '../database.ts';
import { flushFolderOf } from '../durably.ts';
import {
  checksumPathOf,
  copyDatabase,
  isUnfinished,
  removeUnfinished,
  uncheckedPathOf,
  unfinishedEndings,
  writeChecksum,
} from './backup.ts';
import { inspectDatabaseFile } from './inspect.ts';
import { lockWriting, realPathOf } from './lock.ts';

/** Copies the database to `to`, an absolute path, and checks the copy. Nothing has that name before it is whole. */
export async function backUp(databasePath: string, to: string): Promise<BackedUp> {
  const refuse = (detail: string) => ({ ok: false, detail }) as const;
  if (isUnfinished(to))
    return refuse(
      `Names that end in ${unfinishedEndings.join(', ')} are for copies that are not finished. Choose another name.`,
    );
  mkdirSync(dirname(to), { recursive: true });
  const real = realPathOf(to);
  const unlock = lockWriting(uncheckedPathOf(real));
  if (unlock === null)
    return refuse(
      `Another backup is already being written to ${to}, so this one was not started. Choose another name.`,
    );
  try {
    if (existsSync(to)) return refuse(`${to} exists already; a backup never overwrites. Choose another name.`);
    removeUnfinished(real);
    const fault = await writeBackup(databasePath, real);
    if (fault !== null) return refuse(`The copy was not whole and was removed. ${fault}`);
  } finally {
    removeUnfinished(real);
    unlock();
  }
  return { ok: true, sizeBytes: statSync(to).size, checksumPath: checksumPathOf(to) };
}

/** What is wrong with the copy; null if it is whole and in place. */
async function writeBackup(databasePath: string, path: string): Promise<string | null> {
  const unchecked = uncheckedPathOf(path);
  copyDatabase(databasePath, unchecked);
  const inspected = inspectDatabaseFile(unchecked);
  if (!inspected.ok) return inspected.detail;
  // The checksum first, so that every backup that is there can be checked.
  await writeChecksum(unchecked, path);
  renameSync(unchecked, path);
  flushFolderOf(path);
  return null;
}
