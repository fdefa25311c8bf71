import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, it, vi } from 'vitest';
import { openRelayRoom } from '../../testing/relay-room.ts';
import { NewerDatabaseError, schemaVersion } from './migrate.ts';
import { openSqliteStore } from './open.ts';
import { TransactionLostError } from './statements.ts';

const probe = `insert into probes (name, at) values (:name, 1)`;
const probes = `select name from probes order by name`;

it('makes every commit durable, in a file that only its owner reads', async () => {
  await using room = await openRelayRoom();
  // A pragma is a statement like any other; 2 is FULL.
  expect(await room.store.read((tx) => tx.get('pragma synchronous'))).toEqual({ synchronous: 2 });
  expect(await room.store.read((tx) => tx.get('pragma journal_mode'))).toEqual({ journal_mode: 'wal' });
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
  expect(() => openSqliteStore(path)).toThrow(NewerDatabaseError);
  expect(readFileSync(path).equals(before)).toBe(true);
});

it('opens a database again without migrating it anew', async () => {
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

it('undoes everything of a write that throws', async () => {
  await using room = await openRelayRoom();
  const failing = room.store.write(async (tx) => {
    await tx.run(probe, { name: 'a' });
    throw new Error('half way');
  });
  await expect(failing).rejects.toThrow('half way');
  expect(await room.store.read((tx) => tx.all(probes))).toEqual([]);
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

it('undoes with a savepoint that part alone', async () => {
  await using room = await openRelayRoom();
  await room.store.write(async (tx) => {
    await tx.run(probe, { name: 'before' });
    const part = tx.savepoint(async () => {
      await tx.run(probe, { name: 'part' });
      await tx.savepoint(() => tx.run(probe, { name: 'inner' }));
      throw new Error('this part');
    });
    await expect(part).rejects.toThrow('this part');
    await tx.run(probe, { name: 'after' });
  });
  expect(await room.store.read((tx) => tx.all(probes))).toEqual([{ name: 'after' }, { name: 'before' }]);
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
  await expect(write).rejects.toThrow(TransactionLostError);
  expect(await room.store.read((tx) => tx.all(probes))).toEqual([]);
  await room.store.write((tx) => tx.run(probe, { name: 'next' }));
  expect(await room.store.read((tx) => tx.all(probes))).toEqual([{ name: 'next' }]);
});

it('lets one write or read at a time, those who write in the order in which they came', async () => {
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

it('reads one moment, whoever commits between two questions', async () => {
  await using room = await openRelayRoom();
  const other = new Database(room.databasePath);
  const seen = await room.store.read(async (tx) => {
    const before = await tx.all(probes);
    other.exec(`insert into probes (name, at) values ('meanwhile', 1)`);
    return [before, await tx.all(probes)];
  });
  expect(seen).toEqual([[], []]);
  expect(await room.store.read((tx) => tx.all(probes))).toEqual([{ name: 'meanwhile' }]);
  other.close();
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

it('notices what another process writes, and not what it writes itself', async () => {
  await using room = await openRelayRoom();
  const noticed = vi.fn();
  const stop = room.store.onOutsideWrite(noticed);
  await room.store.write((tx) => tx.run(probe, { name: 'own' }));
  const other = new Database(room.databasePath);
  other.exec(`insert into probes (name, at) values ('other', 1)`);
  await vi.waitFor(() => expect(noticed).toHaveBeenCalledOnce(), { timeout: 3_000 });
  stop();
  other.close();
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
