import { closeSync, fsyncSync, openSync } from 'node:fs';
import { dirname } from 'node:path';

/** Returns when the bytes of this file have reached the disk. */
export function flushFile(path: string): void {
  flush(path, 'r+');
}

/** Making, renaming or removing a file lasts only once its folder has reached the disk too. */
export function flushFolderOf(path: string): void {
  // Windows does not let anybody open a folder, and writes its entries through.
  if (process.platform !== 'win32') flush(dirname(path), 'r');
}

function flush(path: string, flags: 'r' | 'r+'): void {
  const file = openSync(path, flags);
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
