import type { Settings } from '../settings.ts';
import type { Database } from '../store/database.ts';
import { databaseAt } from '../store/database-at.ts';
import type { Store } from '../store/port.ts';
import { Refused } from './command.ts';

export function databaseOf({ databaseUrl }: Settings): Database {
  return databaseAt(databaseUrl);
}

/** Never makes a new database: a wrong path is a mistake, not a request. */
export async function needDatabase(settings: Settings): Promise<Database> {
  const database = databaseOf(settings);
  if (await database.exists()) return database;
  throw new Refused(
    `There is no database at ${database.name}. Run "transom-relay setup" first, or set DATABASE_URL to where it is.`,
  );
}

/** Opens the database for one command, while a relay may be serving from it. */
export async function withStore<T>(settings: Settings, work: (store: Store) => Promise<T>): Promise<T> {
  const store = (await needDatabase(settings)).open();
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

/** The agency that `--agency` names by id or name; without it, the only one there is. */
export async function chooseAgency(store: Store, wanted: string | undefined): Promise<{ id: string; name: string }> {
  const agencies = await listAgencies(store);
  const named = wanted === undefined ? agencies : agencies.filter(({ name }) => name === wanted);
  // An agency may be called like another one's id, which must go on naming that one.
  const known = agencies.find(({ id }) => id === wanted);
  const found = known === undefined ? named : [known];
  const [agency, ...others] = found;
  if (agency === undefined) {
    throw new Refused(
      wanted === undefined ? 'There is no agency yet. Run "transom-relay setup".' : `There is no agency "${wanted}".`,
    );
  }
  if (others.length > 0) {
    throw new Refused(
      `Which agency? Say --agency with one of these ids:\n${found.map(({ id, name }) => `  ${id}  ${name}`).join('\n')}`,
    );
  }
  return agency;
}

export function listAgencies(store: Store): Promise<{ id: string; name: string }[]> {
  return store.read((tx) =>
    tx.all<{ id: string; name: string }>(`select id, name from agencies order by created_at, id`),
  );
}
