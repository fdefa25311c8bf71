import { createHash } from 'node:crypto';
import { chmodSync, createReadStream, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Worker } from 'node:worker_threads';
import Database from 'better-sqlite3';
import { flushFile, flushFolderOf } from '../durably.ts';
import { inStoreTerms, storeErrorOf } from './errors.ts';

/**
 * Copies the database at `from` to `to`, which must not exist: one moment of it, log included, in one file that needs no companions.
 * Writers neither wait for it nor hold it up. An interrupted copy does not make `to`. Blocks: it is for the operator's process, not for one
 * that serves.
 */
export function copyDatabase(from: string, to: string): void {
  const part = `${to}.part`;
  rmSync(part, { force: true });
  const db = inStoreTerms(() => new Database(from, { readonly: true, fileMustExist: true, timeout: 5_000 }));
  const flushing = flushAsItGrows(part);
  try {
    // The copy is built page by page. Without this, what was on a page before it was split stays in the gaps of the file, where no erasure
    // finds it.
    db.pragma('secure_delete = ON');
    // Reads in one transaction, unlike the backup interface, which starts over whenever somebody writes.
    db.prepare('vacuum into ?').run(part);
  } catch (error) {
    rmSync(part, { force: true });
    throw storeErrorOf(error);
  } finally {
    db.close();
    void flushing.terminate();
  }
  chmodSync(part, 0o600);
  putInPlace(part, to);
}

/**
 * Flushes a file while it is written. Flushing hundreds of megabytes only at the end keeps a relay on the same disk waiting for most of a
 * second.
 */
function flushAsItGrows(path: string): Worker {
  const flushing = new Worker(flushScript, { eval: true, workerData: { path, everyMs: 50 } });
  // A relay that waits for the disk is better than no backup.
  flushing.on('error', () => undefined).unref();
  return flushing;
}

/** Given as text, so that the built relay stays one file. */
const flushScript = `
  const { openSync, fdatasyncSync } = require('node:fs');
  const { path, everyMs } = require('node:worker_threads').workerData;
  let file = null;
  setInterval(() => {
    try {
      file ??= openSync(path, 'r+');
      fdatasyncSync(file);
    } catch {
      // It is not there yet, or no longer.
    }
  }, everyMs);
`;

/** The name of a copy that is not checked yet. */
export function uncheckedPathOf(path: string): string {
  return `${path}.unchecked`;
}

/** How the names of files end that a backup or a restore has not finished. */
export const unfinishedEndings: readonly string[] = ['.unchecked', '.part', '.restoring', '.restoring-copy'];

export function isUnfinished(path: string): boolean {
  return unfinishedEndings.some((ending) => path.endsWith(ending));
}

/** Removes what a killed backup to `path` left there: people's words in files that nobody needs. */
export function removeUnfinished(path: string): void {
  const unchecked = uncheckedPathOf(path);
  for (const left of [unchecked, `${unchecked}.part`])
    for (const ending of ['', '-journal', '-wal', '-shm']) rmSync(left + ending, { force: true });
  rmSync(`${checksumPathOf(path)}.part`, { force: true });
}

/** The checksum file beside a file, as `sha256sum --check` reads it. */
export function checksumPathOf(path: string): string {
  return `${path}.sha256`;
}

export async function writeChecksum(of: string, named: string): Promise<void> {
  const path = checksumPathOf(named);
  const part = `${path}.part`;
  writeFileSync(part, `${await sha256Of(of)}  ${basename(named)}\n`, { mode: 0o600 });
  putInPlace(part, path);
}

/** `none` if there is no checksum file. */
export async function checkChecksum(path: string): Promise<'same' | 'different' | 'none'> {
  if (!existsSync(checksumPathOf(path))) return 'none';
  const [written] = readFileSync(checksumPathOf(path), 'utf8').trim().split(/\s+/);
  return written?.toLowerCase() === (await sha256Of(path)) ? 'same' : 'different';
}

async function sha256Of(path: string): Promise<string> {
  const digest = createHash('sha256');
  await pipeline(createReadStream(path), digest);
  return digest.digest('hex');
}

function putInPlace(part: string, path: string): void {
  flushFile(part);
  renameSync(part, path);
  flushFolderOf(path);
}
