import { existsSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { flushFolderOf } from '../store/durably.ts';
import {
  checksumPathOf,
  copyDatabase,
  isUnfinished,
  removeUnfinished,
  uncheckedPathOf,
  unfinishedEndings,
  writeChecksum,
} from '../store/sqlite/backup.ts';
import { lockWriting, realPathOf } from '../store/sqlite/lock.ts';
import { type Command, need, Refused } from './command.ts';
import { inspectDatabaseFile } from './database-file.ts';
import { needDatabase } from './relay-files.ts';

export const backup: Command = {
  name: 'backup',
  summary: 'Copy the database while the relay serves, and check the copy',
  usage: `--to FILE

  --to FILE   the copy; it must not exist yet. FILE.sha256 beside it holds its checksum, as sha256sum writes it

The master key is not in it: keep a copy of that file somewhere else.`,
  options: { to: { type: 'string' } },
  async run(call) {
    const path = resolve(need(call, 'to'));
    if (isUnfinished(path))
      throw new Refused(
        `Names that end in ${unfinishedEndings.join(', ')} are for copies that are not finished. Choose another name.`,
      );
    const databasePath = needDatabase(call.settings);
    mkdirSync(dirname(path), { recursive: true });
    const real = realPathOf(path);
    const unlock = lockWriting(uncheckedPathOf(real));
    if (unlock === null)
      throw new Refused(
        `Another backup is already being written to ${path}, so this one was not started. Choose another name.`,
      );
    try {
      if (existsSync(path))
        throw new Refused(`${path} exists already; a backup never overwrites. Choose another name.`);
      removeUnfinished(real);
      await writeBackup(databasePath, real);
    } finally {
      removeUnfinished(real);
      unlock();
    }
    const { size } = statSync(path);
    call.tell(
      { path, sizeBytes: size },
      `Backed up to ${path} (${size} bytes), checked; its checksum is in ${checksumPathOf(path)}.`,
    );
    return 0;
  },
};

async function writeBackup(databasePath: string, path: string): Promise<void> {
  const unchecked = uncheckedPathOf(path);
  copyDatabase(databasePath, unchecked);
  const inspected = inspectDatabaseFile(unchecked);
  if (!inspected.ok) throw new Refused(`The copy was not whole and was removed. ${inspected.detail}`);
  // The checksum first: a backup that is there is one that can be checked.
  await writeChecksum(unchecked, path);
  renameSync(unchecked, path);
  flushFolderOf(path);
}
