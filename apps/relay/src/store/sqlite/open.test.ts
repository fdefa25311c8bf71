import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { openRelayRoom } from '../../testing/relay-room.ts';
import { schemaVersion } from '../migrations/in-order.ts';
import { openSqliteStore } from './open.ts';

const probe = `insert into probes (name, at) values (:name, 1)`;
const probes = `select name from probes order by name`;

it('makes every commit durable, in a file that only its owner reads', async () => {
  await using room = await openRelayRoom();
  // A pragma is a statement like any other, and some count as writes; 2 is FULL.
  expect(await room.store.read((tx) => tx.get('pragma synchronous'))).toEqual({ synchronous: 2 });
  expect(await room.store.write((tx) => tx.get('pragma journal_mode'))).toEqual({ journal_mode: 'wal' });
  expect(await room.store.read((tx) => tx.get('pragma foreign_keys'))).toEqual({ foreign_keys: 1 });
  expect(await room.store.read((tx) => tx.get('pragma secure_delete'))).toEqual({ secure_delete: 1 });
  for (const name of ['', '-wal', '-shm'])
    expect(statSync(`${room.databasePath}${name}`).mode & 0o777, name).toBe(0o600);
});

it('refuses a database that a newer relay wrote, and leaves every byte of it as it was', async () => {
  await using room = await openRelayRoom();
  const path = join(room.folder, 'newer.db');
  const newer = new Database(path);
  newer.exec('create table later (id integer)');
  newer.pragma(`user_version = ${schemaVersion + 1}`);
  newer.close();
  const before = readFileSync(path);
  expect(() => openSqliteStore(path)).toThrow(expect.objectContaining({ reason: 'newer' }));
  expect(readFileSync(path).equals(before)).toBe(true);
});

it('opens a database again without migrating it again', async () => {
  await using room = await openRelayRoom();
  const agency = await room.addAgency();
  await agency.buyerWrites('Hi');
  await room.store.close();
  const again = openSqliteStore(room.databasePath);
  expect(
    await again.forAgency(agency.id).read((tx) => tx.get(`select text from messages where agency_id = :agency`)),
  ).toEqual({ text: 'Hi' });
  await again.close();
});

it('lets agencies take turns, however much one of them asks for', async () => {
  await using room = await openRelayRoom();
  const [large, small] = [await room.addAgency(), await room.addAgency({ nativeId: '2' })];
  const done: string[] = [];
  const read = async (name: string, { agency }: typeof large) => {
    await agency.read((tx) => tx.get(`select count(*) as n from messages where agency_id = :agency`));
    done.push(name);
  };
  const reading = [
    ...Array.from({ length: 500 }, () => read('large', large)),
    ...Array.from({ length: 3 }, () => read('small', small)),
  ];
  await Promise.all(reading);
  expect(done.lastIndexOf('small')).toBeLessThan(250);
});

it('does nothing more in a transaction that the database itself has undone', async () => {
  await using room = await openRelayRoom();
  // What a full disk does: SQLite rolls back the whole transaction, not only the statement.
  const other = new Database(room.databasePath);
  other.exec(
    `create trigger full before insert on probes when new.name = 'full' begin select raise(rollback, 'disk full'); end`,
  );
  other.close();
  const write = room.store.write(async (tx) => {
    await tx.run(probe, { name: 'first' });
    await tx.savepoint(() => tx.run(probe, { name: 'full' })).catch(() => undefined);
    await tx.run(probe, { name: 'outside any transaction' });
  });
  await expect(write).rejects.toMatchObject({
    reason: 'io',
    message: expect.stringContaining('undid this transaction'),
  });
  expect(await room.store.read((tx) => tx.all(probes))).toEqual([]);
  await room.store.write((tx) => tx.run(probe, { name: 'next' }));
  expect(await room.store.read((tx) => tx.all(probes))).toEqual([{ name: 'next' }]);
});

it('runs one write or read at a time, writes in the order in which they came', async () => {
  await using room = await openRelayRoom();
  const seen: string[] = [];
  const slowly = async (name: string) => {
    seen.push(`${name} begins`);
    await new Promise(setImmediate);
    seen.push(`${name} ends`);
  };
  await Promise.allSettled([
    room.store.write(() => slowly('one')),
    room.store.write(() => slowly('two').then(() => Promise.reject(new Error('two fails')))),
    room.store.read(() => slowly('three')),
  ]);
  const begun = seen.filter((_, index) => index % 2 === 0).map((what) => what.replace(' begins', ''));
  expect(seen).toEqual(begun.flatMap((name) => [`${name} begins`, `${name} ends`]));
  expect(begun.filter((name) => name !== 'three')).toEqual(['one', 'two']);
});

it('waits for another process that writes, and the event loop goes on meanwhile', async () => {
  await using room = await openRelayRoom();
  const other = new Database(room.databasePath);
  other.exec('begin immediate');
  const written = room.store.write((tx) => tx.run(probe, { name: 'after it' }));
  for (let n = 0; n < 20; n += 1) await new Promise(setImmediate);
  other.exec('commit');
  other.close();
  expect(await written).toBe(1);
});

it('tells parameters from the same letters in quotes', async () => {
  await using room = await openRelayRoom();
  const row = await room.store.write((tx) =>
    tx.get(`insert into probes (name, at) values ('{"it''s":null, :name}' || :name, :at) returning name, at`, {
      name: '!',
      at: 7,
    }),
  );
  expect(row).toEqual({ name: `{"it's":null, :name}!`, at: 7 });
});
