import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { dayMs } from '@transom/shared';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { forgetOldChanges } from '../feed/horizon.ts';
import { openRelayRoom } from '../testing/relay-room.ts';
import { forgetOld } from './forget-old.ts';

const rows = 1_000_000;
const maxMs = 50;

test('a million rows that became old on the same day are removed in steps that nobody notices', async () => {
  await using room = await openRelayRoom();
  const agency = await room.addAgency();
  fill(room.databasePath, agency.id, room.clock());
  await room.store.forgetRemoved();

  const loop = monitorEventLoopDelay({ resolution: 1 });
  async function maxBlockMs(work: () => Promise<unknown>): Promise<number> {
    await pause(20);
    loop.reset();
    loop.enable();
    await work();
    await pause(20);
    loop.disable();
    return loop.max / 1e6;
  }
  const later = room.clock() + 31 * dayMs;
  const figures = {
    deliveries: await maxBlockMs(() => forgetOld(room.store, later)),
    changesAndCommands: await maxBlockMs(() => forgetOldChanges(room.store, later)),
    log: await maxBlockMs(() => room.store.forgetRemoved()),
  };
  process.stdout.write(`${JSON.stringify({ what: 'longest block of a clean-up, ms', rows, ...figures })}\n`);
  expect(await room.store.read((tx) => tx.get('select count(*) as n from deliveries'))).toEqual({ n: 0 });
  for (const table of ['delivery_items', 'commands'])
    expect(await agency.rows(`select count(*) as n from ${table} where agency_id = :agency`)).toEqual([{ n: 0 }]);
  // The newest change stays, so that the feed never looks as if it had not begun.
  expect(await agency.count('changes')).toBe(1);
  for (const [what, ms] of Object.entries(figures)) expect(ms, what).toBeLessThanOrEqual(maxMs);
}, 1_200_000);

function fill(path: string, agencyId: string, now: number): void {
  const db = new Database(path);
  const series = `with recursive n(i) as (select 1 union all select i + 1 from n where i < ${rows})`;
  const params = { agencyId, now };
  db.transaction(() => {
    db.prepare(
      `insert into deliveries (received_at, route, signed_by, body, state)
       ${series} select :now, 'instagram', 'instagram', randomblob(400), 'done' from n`,
    ).run(params);
    db.prepare(
      `insert into changes (agency_id, seq, entity, entity_id, body, at)
       ${series} select :agencyId, 1000 + i, 'message', 'filler-' || i, hex(randomblob(200)), :now from n`,
    ).run(params);
    db.prepare(
      `insert into commands (agency_id, id, kind, body_hash, person_id, answer, at)
       ${series} select :agencyId, 'filler-' || i, 'note.add', '', '', '', :now from n`,
    ).run(params);
    db.prepare(
      `insert into delivery_items (agency_id, account_id, native_id, delivery_id)
       ${series} select :agencyId, 'account', 'filler-' || i, i from n`,
    ).run(params);
    db.prepare('update agencies set seq = :seq').run({ seq: rows + 1_000 });
  })();
  db.close();
}
