import { randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { flushFolderOf } from '../store/durably.ts';
import { VaultError } from './sealed-blob.ts';

/**
 * The master key file: 32 random bytes in base64 on its first line. Older keys stay below it after a rotation, because earlier backups
 * still need them. This file and the database together give access to every token, so only its owner may read it.
 */
const keyBytes = 32;

/** All keys of the file, the present one first. Throws a `VaultError` that says what to do. */
export function readMasterKeys(path: string): readonly [Buffer, ...Buffer[]] {
  if (!existsSync(path)) {
    throw new VaultError(
      `There is no master key at ${path}. On a new relay run "transom-relay setup"; otherwise put the key file back from where you keep it, or set TRANSOM_MASTER_KEY_FILE.`,
    );
  }
  if (process.platform !== 'win32' && (statSync(path).mode & 0o077) !== 0) {
    throw new VaultError(`Others on this machine can read the master key. Run: chmod 600 ${path}`);
  }
  const [present, ...older] = readFileSync(path, 'utf8')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => asKey(line, path));
  if (present === undefined)
    throw new VaultError(`The master key file ${path} is empty. Put the key back from where you keep it.`);
  return [present, ...older];
}

/** Makes the file, readable by its owner only, unless it exists. Returns whether it was made. */
export function ensureMasterKey(path: string): boolean {
  if (existsSync(path)) return false;
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeDurably(path, [randomBytes(keyBytes)], 'wx');
  flushFolderOf(path);
  return true;
}

/** Puts a new key on top. The file is replaced in one step: a crash leaves the old one or the new one. */
export function addMasterKey(path: string): void {
  const keys = readMasterKeys(path);
  const next = `${path}.next`;
  writeDurably(next, [randomBytes(keyBytes), ...keys], 'w');
  renameSync(next, path);
  // Rows that only the new key opens may be on another disk, and may reach it sooner than this name does.
  flushFolderOf(path);
}

function writeDurably(path: string, keys: readonly Buffer[], flag: 'w' | 'wx'): void {
  const file = openSync(path, flag, 0o600);
  try {
    writeSync(file, `${keys.map((key) => key.toString('base64')).join('\n')}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function asKey(line: string, path: string): Buffer {
  const key = Buffer.from(line, 'base64');
  if (key.length !== keyBytes) {
    throw new VaultError(
      `The master key file ${path} is damaged: a line is not 32 bytes in base64. Put it back from where you keep it.`,
    );
  }
  return key;
}
