import { expect, it } from 'vitest';
import { openRelayRoom } from '../testing/relay-room.ts';

it.each([
  `select * from messages`,
  `select * from agencies a join messages m on m.agency_id = a.id`,
  `select * from agencies a, messages m where m.agency_id = a.id`,
  `select * FROM Messages`,
  `select * from "messages"`,
  `select id from agencies where id in (select agency_id from people)`,
  `insert into people (id) values ('x')`,
  `insert or replace into people (id) values ('x')`,
  `update accounts set token = null`,
  `delete from events`,
])('refuses an agency’s table without an agency: %s', async (sql) => {
  await using room = await openRelayRoom();
  await expect(room.store.read((tx) => tx.all(sql))).rejects.toThrow('forAgency(id)');
});

it('sees no table in the "do update" of an insert', async () => {
  await using room = await openRelayRoom();
  const remember = `insert into probes (name, at) values ('x', 1) on conflict (name) do update set at = excluded.at`;
  expect(await room.store.write((tx) => tx.run(remember))).toBe(1);
});

it.each([
  `select * from messages`,
  `select * from messages where agency_id = :agencyId`,
  `delete from leads`,
  `update people set name = 'x'`,
])('refuses an agency’s statement that forgets the agency: %s', async (sql) => {
  await using room = await openRelayRoom();
  const { agency } = await room.addAgency();
  await expect(agency.write((tx) => tx.run(sql))).rejects.toThrow('must name :agency');
});

it('binds the agency automatically, whatever a caller gives under that name', async () => {
  await using room = await openRelayRoom();
  const one = await room.addAgency();
  const other = await room.addAgency({ nativeId: '2' });
  await one.buyerWrites('mine');
  const found = await other.agency.read((tx) =>
    tx.all(`select text from messages where agency_id = :agency`, { agency: one.id }),
  );
  expect(found).toEqual([]);
});
