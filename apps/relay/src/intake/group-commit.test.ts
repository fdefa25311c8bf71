import Database from 'better-sqlite3';
import { expect, it, vi } from 'vitest';
import { bodyOf, openIntake } from '../testing/deliveries.ts';
import { noon } from '../testing/events.ts';
import { openRelayRoom } from '../testing/relay-room.ts';

const delivery = (text: string) => ({
  route: 'instagram',
  signedBy: 'instagram',
  body: Buffer.from(text),
  receivedAt: noon,
});
/** More than are brought in at once. */
const crowd = (count: number) =>
  Array.from({ length: count }, (_, n) => bodyOf({ mid: `m${n}`, text: `\u{1F9D6} ${n}` }));
const states = async (room: Awaited<ReturnType<typeof openRelayRoom>>) =>
  (await room.store.read((tx) => tx.all<{ state: string }>(`select state from deliveries order by id`))).map(
    ({ state }) => state,
  );

it('keeps everything that arrives in one turn in one commit, each with its own bytes', async () => {
  await using room = await openRelayRoom();
  await using intake = openIntake(room);
  const write = vi.spyOn(room.store, 'write');
  const texts = crowd(300);
  await Promise.all(texts.map((text) => intake.commits.keep(delivery(text))));
  expect(write).toHaveBeenCalledTimes(1);
  const rows = await room.store.read((tx) => tx.all<{ body: Buffer }>(`select body from deliveries order by id`));
  expect(rows.map(({ body }) => body.toString())).toEqual(texts);
});

it('keeps in one commit what arrives before the store’s turn comes, however many turns of the event loop that takes', async () => {
  await using room = await openRelayRoom();
  await using intake = openIntake(room);
  const { promise: held, resolve: letGo } = Promise.withResolvers<void>();
  const holding = room.store.write(() => held);
  const write = vi.spyOn(room.store, 'write');
  const kept: Promise<void>[] = [];
  for (const text of crowd(20)) {
    kept.push(intake.commits.keep(delivery(text)));
    await new Promise(setImmediate);
  }
  letGo();
  await Promise.all([holding, ...kept]);
  expect(write).toHaveBeenCalledTimes(1);
  expect(await states(room)).toHaveLength(20);
});

it('rejects everybody who waits when the store no longer takes anything', async () => {
  await using room = await openRelayRoom();
  await using intake = openIntake(room);
  await room.store.close();
  const kept = await Promise.allSettled(crowd(3).map((text) => intake.commits.keep(delivery(text))));
  expect(kept.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
});

it('has everything on disk when it resolves', async () => {
  await using room = await openRelayRoom();
  await using intake = openIntake(room);
  await intake.commits.keep(delivery('kept'));
  const other = new Database(room.databasePath, { readonly: true });
  expect(other.prepare('select body from deliveries').pluck().all()).toEqual([Buffer.from('kept')]);
  other.close();
});

it('brings a single delivery into the inbox in the same commit, and tells which agency to wake', async () => {
  await using room = await openRelayRoom();
  const agency = await room.addAgency();
  await using intake = openIntake(room);
  const write = vi.spyOn(room.store, 'write');
  await intake.commits.keep(delivery(bodyOf({ mid: 'm1', text: 'Price?' })));
  expect(write).toHaveBeenCalledTimes(1);
  expect((await agency.messages()).map(({ text }) => text)).toEqual(['Price?']);
  expect(await states(room)).toEqual(['done']);
  expect(intake.poked).toEqual([agency.id]);
});

it('stores a crowd first and brings it in afterwards; later deliveries do not overtake it', async () => {
  await using room = await openRelayRoom();
  const agency = await room.addAgency();
  await using intake = openIntake(room);
  await Promise.all(crowd(50).map((text) => intake.commits.keep(delivery(text))));
  expect(await agency.count('messages')).toBe(0);
  await intake.commits.keep(delivery(bodyOf({ mid: 'alone', text: 'last' })));
  await intake.work();
  const inOrder = await agency.rows<{ text: string }>(
    `select text from messages where agency_id = :agency order by id`,
  );
  expect(inOrder.map(({ text }) => text)).toEqual([...Array.from({ length: 50 }, (_, n) => `\u{1F9D6} ${n}`), 'last']);
});

it('stores a delivery that it fails to bring in, and confirms that', async () => {
  await using room = await openRelayRoom();
  const agency = await room.addAgency();
  const other = new Database(room.databasePath);
  other.exec(`create trigger poison before insert on changes begin select raise(abort, 'planted'); end`);
  await using intake = openIntake(room);
  await intake.commits.keep(delivery(bodyOf({ mid: 'm1', text: 'Price?' })));
  expect(await states(room)).toEqual(['pending']);
  other.exec('drop trigger poison');
  other.close();
  room.pass(1_000);
  await intake.work();
  expect((await agency.messages()).map(({ text }) => text)).toEqual(['Price?']);
});

it('rejects everyone in the group when the commit fails, and goes on with the next group', async () => {
  await using room = await openRelayRoom();
  await using intake = openIntake(room);
  const other = new Database(room.databasePath);
  other.exec(
    `create trigger full before insert on deliveries when new.body = x'00' begin select raise(rollback, 'disk full'); end`,
  );
  other.close();
  const group = await Promise.allSettled(['one', '\u0000', 'three'].map((text) => intake.commits.keep(delivery(text))));
  expect(group.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  expect(await states(room)).toEqual([]);
  await intake.commits.keep(delivery('four'));
  expect(await states(room)).toHaveLength(1);
});

it('keeps a delivery without a body too', async () => {
  await using room = await openRelayRoom();
  await using intake = openIntake(room);
  await intake.commits.keep(delivery(''));
  expect(await room.store.read((tx) => tx.all(`select length(body) as bytes from deliveries`))).toEqual([{ bytes: 0 }]);
});
