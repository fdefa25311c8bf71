import { existsSync } from 'node:fs';
import { schemaVersion } from '../store/migrations/in-order.ts';
import type { Command } from './command.ts';
import { inspectDatabaseFile } from './database-file.ts';
import { withStore } from './relay-files.ts';

export const migrate: Command = {
  name: 'migrate',
  summary: 'Bring the database to the version of this relay (serve does so automatically)',
  usage: `

Forward only. Make a backup before an upgrade: an older relay does not open a newer database.`,
  options: {},
  async run(call) {
    const { databasePath } = call.settings;
    const before = existsSync(databasePath) ? inspectDatabaseFile(databasePath) : null;
    await withStore(call.settings, async () => undefined);
    const from = before?.ok === true ? before.version : null;
    call.tell(
      { from, to: schemaVersion },
      from === schemaVersion
        ? `The database has version ${schemaVersion} already.`
        : `Migrated from version ${from} to ${schemaVersion}.`,
    );
    return 0;
  },
};
