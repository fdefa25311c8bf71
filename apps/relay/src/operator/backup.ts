import { existsSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { type Command, need, Refused } from './command.ts';
import { inspectDatabaseFile, removeCompanions } from './database-file.ts';
import { withStore } from './relay-files.ts';

export const backup: Command = {
  name: 'backup',
  summary: 'Copy the database while the relay serves, and check the copy',
  usage: `--to FILE

  --to FILE   the copy; it must not exist yet

The master key is not in it: keep a copy of that file apart.`,
  options: { to: { type: 'string' } },
  async run(call) {
    const path = resolve(need(call, 'to'));
    if (existsSync(path)) throw new Refused(`${path} exists already; a backup never overwrites. Choose another name.`);
    mkdirSync(dirname(path), { recursive: true });
    await withStore(call.settings, (store) => store.backupTo(path));
    const inspected = inspectDatabaseFile(path);
    removeCompanions(path);
    if (!inspected.ok) {
      rmSync(path, { force: true });
      throw new Refused(`The copy was not whole and was removed. ${inspected.detail}`);
    }
    const { size } = statSync(path);
    call.tell({ path, sizeBytes: size }, `Backed up to ${path} (${size} bytes), checked.`);
    return 0;
  },
};
