import { once } from 'node:events';
import { closeSync, existsSync, mkdirSync, openSync, realpathSync, rmSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { basename, dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { isStoreError, StoreError } from '../errors.ts';
import { storeErrorOf } from './errors.ts';

/**
 * One relay per database, by whatever name it is reached. Two locks, which the operating system releases when the process ends, however
 * it ends, so that a killed relay leaves nothing to clean up:
 *   - a transaction held open on a small file beside the real path of the database: works on every system;
 *   - on Linux a socket without a file, named by the device and number of the database's file: also holds for a hard link, and if
 *     somebody removed the lock file.
 */
function served(path: string, cause: unknown): StoreError {
  return new StoreError(
    'served',
    `Another relay is serving ${path}. Stop it first: two relays on one database would both send what people typed.`,
    { cause },
  );
}

/** Locks the database at `path`, which is made if it is missing; returns a function that unlocks it. */
export async function lockForServing(path: string): Promise<() => void> {
  mkdirSync(dirname(path), { recursive: true });
  // A lock that follows the file needs the file.
  closeSync(openSync(path, 'a', 0o600));
  return lockDatabase(path);
}

/** Locks without making a database. Throws a `StoreError`, `served`, if another process holds the lock. */
export async function lockDatabase(path: string): Promise<() => void> {
  mkdirSync(dirname(path), { recursive: true });
  const real = realPathOf(path);
  const unlockPath = lockRealPath(path, real);
  try {
    const unlockFile = await lockFile(path, real);
    return () => {
      unlockFile();
      unlockPath();
    };
  } catch (error) {
    unlockPath();
    throw error;
  }
}

/** Where the database really is, even if it does not exist yet. */
export function realPathOf(path: string): string {
  return existsSync(path) ? realpathSync(path) : join(realpathSync(dirname(path)), basename(path));
}

function lockRealPath(path: string, real: string): () => void {
  const unlock = takeLock(`${real}.lock`);
  if (typeof unlock === 'function') return unlock;
  throw served(path, unlock.cause);
}

/** Opening a file once more and closing it ends every lock that this process has on it. */
const heldHere = new Set<string>();

/** Lets one process at a time write the file at `path`. The lock file is removed on release. Null while it is held, here or elsewhere. */
export function lockWriting(path: string): (() => void) | null {
  const lockPath = `${path}.lock`;
  if (heldHere.has(lockPath)) return null;
  closeSync(openSync(lockPath, 'a', 0o600));
  const { ino } = statSync(lockPath, { bigint: true });
  const unlock = takeLock(lockPath);
  if (typeof unlock !== 'function') return null;
  // The previous holder has just removed it, and somebody else may hold a new one.
  if (statSync(lockPath, { bigint: true, throwIfNoEntry: false })?.ino !== ino) {
    unlock();
    return null;
  }
  heldHere.add(lockPath);
  return () => {
    heldHere.delete(lockPath);
    // Removed while it is held, so that nobody takes a lock that is about to vanish. Windows cannot remove a file that is open.
    if (process.platform !== 'win32') rmSync(lockPath, { force: true });
    unlock();
    if (process.platform === 'win32') rmSync(lockPath, { force: true });
  };
}

/**
 * The garbage collector closes a database that nothing refers to, and its lock goes with it: each is referred to here until it is released.
 */
const heldLocks = new Set<Database.Database>();

function takeLock(lockPath: string): (() => void) | { readonly cause: unknown } {
  const lock = new Database(lockPath, { timeout: 0 });
  try {
    lock.pragma('locking_mode = exclusive');
    lock.exec('begin exclusive');
  } catch (error) {
    lock.close();
    const explained = storeErrorOf(error);
    if (isStoreError(explained, 'busy')) return { cause: error };
    throw explained;
  }
  heldLocks.add(lock);
  return () => {
    heldLocks.delete(lock);
    lock.close();
  };
}

async function lockFile(path: string, real: string): Promise<() => void> {
  if (process.platform !== 'linux' || !existsSync(real)) return () => undefined;
  const { dev, ino } = statSync(real, { bigint: true });
  const server: Server = createServer((socket) => socket.destroy());
  server.listen(`\0transom-relay-${dev}-${ino}`);
  try {
    await once(server, 'listening');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') throw served(path, error);
    throw error;
  }
  server.unref();
  return () => server.close();
}
