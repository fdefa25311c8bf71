import { expect, it } from 'vitest';
import type { SystemTx } from '../store/port.ts';
import { openRelayRoom } from '../testing/relay-room.ts';
import { verifyTrail } from '../trail/chain.ts';
import { type AgencyWork, inWork, inWorks, inWorkWithin } from './agency-work.ts';

const note = (work: AgencyWork, id = 'x') => {
  work.touch('message', id);
  work.record('relay', 'thing.done', id);
};

async function agencyInRoom() {
  const room = await openRelayRoom();
  const agency = await room.addAgency();
  const verdict = () => agency.agency.read(verifyTrail);
  return { room, agency, verdict, [Symbol.asyncDispose]: room[Symbol.asyncDispose] };
}

it('writes what was touched and recorded when the action is done, numbered without gaps across several units', async () => {
  await using it = await agencyInRoom();
  for (const size of [1, 3, 40]) {
    await inWork(it.agency.agency, it.room.clock, async (work) => {
      for (let n = 0; n < size; n += 1) note(work, `${size} ${n}`);
    });
  }
  expect((await it.agency.changes()).map(({ seq }) => seq)).toEqual(
    Array.from({ length: 44 }, (_, index) => index + 1),
  );
  expect(await it.verdict()).toMatchObject({ ok: true, entries: 44 });
});

it('drops everything when the action throws', async () => {
  await using it = await agencyInRoom();
  const fails = inWork(it.agency.agency, it.room.clock, async (work) => {
    await work.tx.run(`update accounts set name = 'changed' where agency_id = :agency`);
    note(work);
    throw new Error('in the middle');
  });
  await expect(fails).rejects.toThrow('in the middle');
  expect([await it.agency.count('changes'), await it.agency.count('events')]).toEqual([0, 0]);
  expect(await it.agency.rows(`select 1 from accounts where agency_id = :agency and name = 'changed'`)).toEqual([]);
});

it('drops what a failed part touched and recorded, and keeps the rest', async () => {
  await using it = await agencyInRoom();
  await inWork(it.agency.agency, it.room.clock, async (work) => {
    note(work, 'before');
    await work
      .part(async () => {
        note(work, 'within');
        throw new Error('alone');
      })
      .catch(() => undefined);
    note(work, 'after');
  });
  expect((await it.agency.trail()).map(({ target }) => target)).toEqual(['before', 'after']);
  expect((await it.agency.changes()).map(({ entity_id }) => entity_id)).toEqual(['before', 'after']);
  expect(await it.verdict()).toMatchObject({ ok: true, entries: 2 });
});

it('reads the agency first, before the action runs, and writes its row once', async () => {
  await using it = await agencyInRoom();
  const asked: string[] = [];
  await it.agency.agency.write((tx) => {
    const noted = { ...tx, get: (sql: string, params: object) => (asked.push(sql), tx.get(sql, params as never)) };
    const run = (sql: string, params: object) => (asked.push(sql), tx.run(sql, params as never));
    return inWorkWithin({ ...noted, run } as typeof tx, 1, async (work) => {
      asked.push('the action');
      note(work);
    });
  });
  expect(asked[0]).toMatch(/^select seq, .* from agencies/);
  expect(asked[1]).toBe('the action');
  expect(asked.filter((sql) => /update agencies/.test(sql))).toEqual([asked.at(-1)]);
});

it('opens several agencies in the order of their ids, whatever order they are given in', async () => {
  await using it = await agencyInRoom();
  const others = [await it.room.addAgency({ nativeId: '2' }), await it.room.addAgency({ nativeId: '3' })];
  const ids = [it.agency, ...others].map(({ id }) => id).toSorted();
  const opened: string[] = [];
  await it.room.store.write((tx) => {
    const noted = { ...tx, forAgency: (id: string) => (opened.push(id), tx.forAgency(id)) } as SystemTx;
    return inWorks(noted, [...ids.toReversed(), ...ids], 1, async (works) => {
      for (const id of ids.toReversed()) note(works.get(id)!);
    });
  });
  expect(opened).toEqual(ids);
  for (const agency of [it.agency, ...others]) expect(await agency.count('events')).toBe(1);
});

it('refuses a second unit of the same agency that was opened meanwhile, instead of breaking the chain', async () => {
  await using it = await agencyInRoom();
  const nested = inWork(it.agency.agency, it.room.clock, async (work) => {
    note(work, 'outer');
    await inWorkWithin(work.tx, work.now, async (inner) => note(inner, 'inner'));
  });
  await expect(nested).rejects.toThrow();
  expect(await it.verdict()).toMatchObject({ ok: true, entries: 0 });
});
