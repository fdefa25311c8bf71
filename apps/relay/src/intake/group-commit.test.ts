import Database from 'better-sqlite3';
import { expect, it, vi } from 'vitest';
import { noon } from '../testing/events.ts';
import { openRelayRoom } from '../testing/relay-room.ts';
import { GroupCommit } from './group-commit.ts';

const delivery = (text: string) => ({ route: 'instagram', signedBy: 'instagram', body: Buffer.from(text), receivedAt: noon });

it('keeps everything that arrives in one turn in one commit, each with its own bytes', async () => {
  await using room = await openRelayRoom();
  const write = vi.spyOn(room.store, 'write');
  const commits = new GroupCommit(room.store);
  const texts = Array.from({ length: 300 }, (_, index) => `{"n":${index},"text":"🧖 ${index}"}`);
  await Promise.all(texts.map((text) => commits.keep(delivery(text))));
  const rows = await room.store.read((tx) => tx.all<{ body: Buffer }>(`select body from deliveries order by id`));
  expect(rows.map(({ body }) => body.toString())).toEqual(texts);
  expect(write).toHaveBeenCalledTimes(1);
  await commits.keep(delivery('later'));
  expect(write).toHaveBeenCalledTimes(2);
});

it('has everything on disk when it says so', async () => {
  await using room = await openRelayRoom();
  await new GroupCommit(room.store).keep(delivery('kept'));
  const other = new Database(room.databasePath, { readonly: true });
  expect(other.prepare('select state, attempts from deliveries').all()).toEqual([{ state: 'pending', attempts: 0 }]);
  other.close();
});

it('tells everyone in the group when the commit fails, and goes on with the next group', async () => {
  await using room = await openRelayRoom();
  const commits = new GroupCommit(room.store);
  const other = new Database(room.databasePath);
  other.exec(`create trigger full before insert on deliveries when new.body = x'00' begin select raise(rollback, 'disk full'); end`);
  other.close();
  const group = await Promise.allSettled(['one', '\u0000', 'three'].map((text) => commits.keep(delivery(text))));
  expect(group.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  expect(await room.store.read((tx) => tx.all(`select id from deliveries`))).toEqual([]);
  await commits.keep(delivery('four'));
  expect(await room.store.read((tx) => tx.all(`select id from deliveries`))).toHaveLength(1);
});

it('keeps a delivery without a body too', async () => {
  await using room = await openRelayRoom();
  await new GroupCommit(room.store).keep(delivery(''));
  expect(await room.store.read((tx) => tx.all(`select length(body) as bytes from deliveries`))).toEqual([{ bytes: 0 }]);
});
