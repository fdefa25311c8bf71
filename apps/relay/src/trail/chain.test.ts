import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { wrote } from '../testing/events.ts';
import { openRelayRoom } from '../testing/relay-room.ts';
import { verifyTrail } from './chain.ts';

async function roomWithTrail() {
  const room = await openRelayRoom();
  const agency = await room.addAgency();
  for (const senderId of ['1', '2', '3'])
    await agency.hears(wrote({ contact: { senderId, name: null, username: null } }));
  return {
    room,
    agency,
    verify: () => agency.agency.read(verifyTrail),
    async [Symbol.asyncDispose]() {
      await room[Symbol.asyncDispose]();
    },
  };
}

it('verifies an untouched trail, even an empty one', async () => {
  await using it = await roomWithTrail();
  const entries = (await it.agency.count('events'))!;
  expect(entries).toBeGreaterThan(5);
  expect(await it.verify()).toMatchObject({ ok: true, entries, head: expect.stringMatching(/^[0-9a-f]{64}$/) });
  const silent = await it.room.addAgency({ nativeId: '2' });
  expect(await silent.agency.read(verifyTrail)).toEqual({ ok: true, entries: 0, head: '' });
});

it('lets nobody change or remove an entry with SQL', async () => {
  await using it = await roomWithTrail();
  const { agency } = it.agency;
  await expect(agency.write((tx) => tx.run(`update events set actor = 'x' where agency_id = :agency`))).rejects.toThrow(
    'append-only',
  );
  await expect(agency.write((tx) => tx.run(`delete from events where agency_id = :agency`))).rejects.toThrow(
    'append-only',
  );
  expect(await it.verify()).toMatchObject({ ok: true });
});

/** Somebody who has the file can drop the triggers; the chain shows what was done. */
function tamper(path: string, agencyId: string, sql: string): void {
  const db = new Database(path);
  db.exec('drop trigger events_are_never_changed; drop trigger events_are_never_removed;');
  db.prepare(sql).run({ agency: agencyId });
  db.close();
}

it.each([
  ...[
    'at = at + 1',
    `actor = 'x'`,
    `action = 'x'`,
    `target = 'x'`,
    `detail = '{"x":1}'`,
    `hash = 'x'`,
    `prev_hash = 'x'`,
  ].map((change) => [`update events set ${change} where agency_id = :agency and n = 2`, 2] as const),
  [`delete from events where agency_id = :agency and n = 2`, 2] as const,
  [`delete from events where agency_id = :agency and n = 1`, 1] as const,
  [`update agencies set audit_hash = 'x' where id = :agency`, null] as const,
  [`update agencies set audit_n = audit_n - 1 where id = :agency`, null] as const,
])('detects %s', async (sql, brokenAt) => {
  await using it = await roomWithTrail();
  tamper(it.room.databasePath, it.agency.id, sql);
  expect(await it.verify()).toEqual({ ok: false, brokenAt: brokenAt ?? (await it.agency.count('events'))! + 1 });
});

it('detects a trail that was cut off at its end, even with a forged head count', async () => {
  await using it = await roomWithTrail();
  tamper(
    it.room.databasePath,
    it.agency.id,
    `delete from events where agency_id = :agency and n = (select max(n) from events where agency_id = :agency)`,
  );
  expect(await it.verify()).toMatchObject({ ok: false });
  await it.room.store.write((tx) =>
    tx.run(`update agencies set audit_n = audit_n - 1 where id = :id`, { id: it.agency.id }),
  );
  expect(await it.verify()).toMatchObject({ ok: false });
});
