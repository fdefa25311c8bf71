import { rmSync, statSync } from 'node:fs';
import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { openRelayRoom, type RelayRoom } from '../../testing/relay-room.ts';
import type { Urgency } from '../port.ts';

const pagesOfTwoMegabytes = 500;

let written = 0;
/** Writes rows of a page each. */
const writePages = ({ store }: RelayRoom, count: number, urgency?: Urgency) =>
  store.write(async (tx) => {
    for (let n = 0; n < count; n += 1)
      await tx.run(`insert into probes (name, at) values (:name, 1)`, { name: `${written++}`.padEnd(4_000) });
  }, urgency);
/** Asked over another connection: to the store, this pragma is a statement that writes. */
function stateOf({ databasePath }: RelayRoom) {
  const db = new Database(databasePath, { readonly: true });
  const [state] = db.pragma('wal_checkpoint(noop)') as { log: number; checkpointed: number }[];
  db.close();
  return state!;
}
const logBytes = ({ databasePath }: RelayRoom) => statSync(`${databasePath}-wal`).size;

it('copies written pages to their places beside the event loop, before the next step of long work', async () => {
  await using room = await openRelayRoom();
  await writePages(room, pagesOfTwoMegabytes);
  expect(stateOf(room).log).toBeGreaterThan(pagesOfTwoMegabytes);
  await writePages(room, 1);
  // SQLite has started the log over, which it does when all of it was copied.
  expect(stateOf(room).log).toBeLessThan(100);
});

it('copies nothing between the slices of a backlog until the log is long, and then all of it', async () => {
  await using room = await openRelayRoom();
  for (let n = 0; n < 3; n += 1) await writePages(room, pagesOfTwoMegabytes, 'backlog');
  expect(stateOf(room).checkpointed).toBe(0);
  for (let megabyte = 0; megabyte < 40; megabyte += 1) await writePages(room, 250, 'backlog');
  expect(logBytes(room)).toBeLessThan(20e6);
});

it('lets SQLite start its log over, however much is written in a row', async () => {
  await using room = await openRelayRoom();
  for (let megabyte = 0; megabyte < 40; megabyte += 1) await writePages(room, 250);
  expect(logBytes(room)).toBeLessThan(20e6);
});

it('lets SQLite start its log over while webhooks never stop coming', async () => {
  await using room = await openRelayRoom();
  const sender = async (): Promise<void> => {
    for (let megabyte = 0; megabyte < 10; megabyte += 1) await writePages(room, 250, 'intake');
  };
  await Promise.all(Array.from({ length: 10 }, sender));
  expect(logBytes(room)).toBeLessThan(75e6);
});

it('does not close before everything that was asked for is written', async () => {
  await using room = await openRelayRoom();
  await writePages(room, 6 * pagesOfTwoMegabytes);
  const last = writePages(room, 1);
  const closed = room.store.close();
  await expect(last).resolves.toBeUndefined();
  await closed;
});

it('leaves nothing in its log when it is emptied, and says if a reader of an older state is in the way', async () => {
  await using room = await openRelayRoom();
  const reader = new Database(room.databasePath);
  reader.exec('begin; select count(*) from probes');
  for (let n = 0; n < 3; n += 1) await writePages(room, pagesOfTwoMegabytes);
  expect(stateOf(room).checkpointed).toBeLessThan(3 * pagesOfTwoMegabytes);
  expect(await room.store.forgetRemoved()).toBe(false);
  reader.close();
  expect(await room.store.forgetRemoved()).toBe(true);
  expect(logBytes(room)).toBe(0);
});

it('leaves the copying to the commits if the thread cannot do it', async () => {
  await using room = await openRelayRoom();
  rmSync(room.databasePath);
  await writePages(room, pagesOfTwoMegabytes);
  await writePages(room, 1);
  expect(await room.store.read((tx) => tx.get('pragma wal_autocheckpoint'))).toEqual({ wal_autocheckpoint: 4_000 });
  for (let megabyte = 0; megabyte < 40; megabyte += 1) await writePages(room, 250);
  expect(logBytes(room)).toBeLessThan(20e6);
});
