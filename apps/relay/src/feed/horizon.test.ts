import { type Cursor, dayMs } from '@transom/shared';
import { expect, it } from 'vitest';
import { openRelayRoom } from '../testing/relay-room.ts';
import { forgetOldChanges, horizonMs } from './horizon.ts';
import { readPage } from './read-page.ts';

it('forgets what is older than the horizon; a desk that was away longer gets a snapshot, others their changes', async () => {
  await using room = await openRelayRoom();
  const agency = await room.addAgency();
  await agency.buyerWrites('Is it in stock?');
  const [first] = await agency.changes();
  room.pass(horizonMs + 1);
  await agency.buyerWrites('Still there?');
  const before = await agency.changes();

  await forgetOldChanges(room.store, room.clock());

  const kept = await agency.changes();
  expect(kept.length).toBeLessThan(before.length);
  expect(kept.at(-1)).toEqual(before.at(-1));
  const pageOf = async (cursor: Cursor | null) =>
    (await readPage(agency.agency, { cursor, snapshot: null })).page.about;
  const { epoch } = await pageOf(null);
  const pageAt = (seq: number) => pageOf({ epoch, seq });
  expect((await pageAt(first!.seq)).kind).toBe('snapshot');
  expect(await pageAt(kept[0]!.seq - 1)).toMatchObject({ kind: 'changes', caughtUp: true });
});

it('leaves no gap in what it keeps, even if the clock jumped while changes were written', async () => {
  await using room = await openRelayRoom();
  const agency = await room.addAgency();
  for (let n = 0; n < 8; n += 1) await agency.buyerWrites(`${n}`);
  // Written while the clock was a year behind: older than the horizon, and in the middle.
  await agency.agency.write((tx) =>
    tx.run(`update changes set at = at - :year where agency_id = :agency and (seq = 1 or seq between 6 and 9)`, {
      year: 365 * dayMs,
    }),
  );
  await forgetOldChanges(room.store, room.clock());
  const seqs = (await agency.changes()).map(({ seq }) => seq);
  expect(seqs[0]).toBe(2);
  expect(seqs).toEqual(seqs.map((_, index) => index + 2));
});

it('forgets thousands of old changes and commands in batches', async () => {
  await using room = await openRelayRoom();
  const agency = await room.addAgency();
  await agency.buyerWrites('Hi');
  await agency.agency.write(async (tx) => {
    await tx.run(`delete from changes where agency_id = :agency`);
    await tx.run(
      `with recursive n(i) as (select 1 union all select i + 1 from n where i < 2500)
       insert into changes (agency_id, seq, entity, entity_id, body, at) select :agency, i, 'message', 'm' || i, null, i from n`,
    );
    await tx.run(
      `with recursive n(i) as (select 1 union all select i + 1 from n where i < 2500)
       insert into commands (agency_id, id, kind, body_hash, person_id, answer, at) select :agency, 'c' || i, 'note.add', '', '', '', i from n`,
    );
    await tx.run(`update agencies set seq = 2500 where id = :agency`);
  });
  await forgetOldChanges(room.store, room.clock());
  expect((await agency.changes()).map(({ seq }) => seq)).toEqual([2500]);
  expect(await agency.rows(`select id from commands where agency_id = :agency`)).toEqual([]);
});
