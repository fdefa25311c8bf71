import { resolve } from 'node:path';
import { type Command, need, Refused } from './command.ts';
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
    const copied = await (await needDatabase(call.settings)).backUp(path);
    if (!copied.ok) throw new Refused(copied.detail);
    const { sizeBytes, checksumPath } = copied;
    call.tell(
      { path, sizeBytes },
      `Backed up to ${path} (${sizeBytes} bytes), checked; its checksum is in ${checksumPath}.`,
    );
    return 0;
  },
};
