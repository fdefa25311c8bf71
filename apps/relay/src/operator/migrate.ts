import { schemaVersion } from '../store/migrations/in-order.ts';
import type { Command } from './command.ts';
import { databaseOf, withStore } from './relay-files.ts';

export const migrate: Command = {
  name: 'migrate',
  summary: 'Bring the database to the version of this relay (serve does so automatically)',
  usage: `

Forward only. Make a backup before an upgrade: an older relay opens a newer database only where that says that it may.`,
  options: {},
  async run(call) {
    const database = databaseOf(call.settings);
    const before = (await database.exists()) ? await database.inspect() : null;
    await withStore(call.settings, async () => undefined);
    const from = before?.ok === true ? before.version : null;
    // A newer relay may have made it, and lets this one use it.
    const to = Math.max(from ?? 0, schemaVersion);
    call.tell(
      { from, to },
      from === to ? `The database has version ${to} already.` : `Migrated from version ${from} to ${to}.`,
    );
    return 0;
  },
};
