import { lstatSync, renameSync, type Stats, unlinkSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Moves the cache's files out of the way, or deletes them. Of a link only the link itself is removed, and a folder that somebody
 * put there is kept under another name: neither is ours.
 */
const companions = ['-wal', '-shm', '-journal'];
export const cachePathIn = (folder: string): string => join(folder, 'cache.db');
const asidePathIn = (folder: string): string => `${cachePathIn(folder)}.damaged`;

/** Opening anything else, a pipe for example, could block forever. */
export function isOrdinaryFileOrMissing(path: string): boolean {
  const found = look(path);
  return found === null || found.isFile();
}

/** Keeps the damaged file for anybody who wants to examine it, until the desk has everything again. */
export function setCacheAside(folder: string): void {
  const path = cachePathIn(folder);
  for (const companion of companions) clear(`${path}${companion}`);
  clear(asidePathIn(folder));
  if (look(path)?.isFile() === true) renameSync(path, asidePathIn(folder));
  else clear(path);
}

/** Deletes the cache, and whatever is left of an earlier damaged one. */
export function removeCache(folder: string): void {
  const path = cachePathIn(folder);
  for (const each of [path, ...companions.map((companion) => `${path}${companion}`)]) clear(each);
  removeAside(folder);
}

/** Deletes the earlier damaged cache, which may still hold people's words. */
export function removeAside(folder: string): void {
  clear(asidePathIn(folder));
}

function clear(path: string): void {
  const found = look(path);
  if (found === null) return;
  if (!found.isDirectory()) return unlinkSync(path);
  let number = 1;
  while (look(`${path}.folder-${number}`) !== null) number += 1;
  renameSync(path, `${path}.folder-${number}`);
}

function look(path: string): Stats | null {
  return lstatSync(path, { throwIfNoEntry: false }) ?? null;
}
