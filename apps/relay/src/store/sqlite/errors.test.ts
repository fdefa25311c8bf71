import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { openRelayRoom } from '../../testing/relay-room.ts';
import { StoreError } from '../errors.ts';
import { explainTrouble } from '../trouble.ts';
import { storeErrorOf } from './errors.ts';
import { openSqliteStore } from './open.ts';

const insert = `insert into probes (name, at) values (:name, 1)`;

it('reports that there is no room, with SQLite’s error as the cause, and goes on when there is', async () => {
  await using room = await openRelayRoom();
  const { store } = room;
  await store.write((tx) => tx.get('pragma max_page_count = 1'));
  const write = () => store.write((tx) => tx.run(insert, { name: 'x'.repeat(100_000) }));
  const error = await write().catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(StoreError);
  expect(error).toMatchObject({
    ...{ reason: 'full', message: expect.stringContaining('free up some space'), cause: { code: 'SQLITE_FULL' } },
  });
  expect(explainTrouble(error).refusal).toMatchObject({ code: 'not_stored' });
  await store.write((tx) => tx.get('pragma max_page_count = 1000000'));
  expect(await write()).toBe(1);
});

it('reports that a file is damaged, and that one cannot be opened', async () => {
  await using room = await openRelayRoom();
  const path = (name: string) => join(room.folder, name);
  writeFileSync(path('damaged.db'), 'no database, and long enough to look like something else'.repeat(100));
  expect(() => openSqliteStore(path('damaged.db'))).toThrow(expect.objectContaining({ reason: 'damaged' }));
  mkdirSync(path('folder.db'));
  expect(() => openSqliteStore(path('folder.db'))).toThrow(expect.objectContaining({ reason: 'denied' }));
});

it('reports that it is busy, after waiting as long as it may, if another process writes all the time', async () => {
  await using room = await openRelayRoom();
  const other = new Database(room.databasePath);
  other.exec('begin immediate');
  const began = performance.now();
  await expect(room.store.write((tx) => tx.run(insert, { name: 'a' }))).rejects.toMatchObject({
    reason: 'busy',
    message: 'The database was busy for 5 seconds. Nothing was changed; try again.',
  });
  expect(performance.now() - began).toBeGreaterThan(4_900);
  other.close();
});

it('leaves a fault of ours as it is', async () => {
  await using room = await openRelayRoom();
  await room.store.write((tx) => tx.run(insert, { name: 'a' }));
  const twice = await room.store.write((tx) => tx.run(insert, { name: 'a' })).catch((thrown: unknown) => thrown);
  expect(twice).not.toBeInstanceOf(StoreError);
  expect(explainTrouble(twice).refusal).toMatchObject({ code: 'internal_error' });
});

it.each([
  ['SQLITE_BUSY_SNAPSHOT', 'conflict'],
  ['SQLITE_BUSY', 'busy'],
  ['SQLITE_BUSY_RECOVERY', 'busy'],
  ['SQLITE_LOCKED_SHAREDCACHE', 'busy'],
  ['SQLITE_IOERR_FSYNC', 'io'],
  ['SQLITE_READONLY_DBMOVED', 'denied'],
  ['SQLITE_CORRUPT_INDEX', 'damaged'],
])('maps %s to %s', (code, reason) => {
  expect(storeErrorOf(new Database.SqliteError('', code))).toMatchObject({ reason });
});
