import { dayMs } from '@transom/shared';
import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { noon } from '../testing/events.ts';
import { openRelayRoom } from '../testing/relay-room.ts';
import { forgetOld } from './forget-old.ts';

const old = noon - 8 * dayMs;

it('removes processed deliveries older than a week and what was noted about them, and keeps the rest', async () => {
  await using room = await openRelayRoom();
  const { id } = await room.addAgency();
  const db = new Database(room.databasePath);
  const insert = db.prepare(
    `insert into deliveries (id, received_at, route, signed_by, body, state) values (?, ?, 'instagram', 's', x'7b7d', ?)`,
  );
  const item = db.prepare(
    `insert into delivery_items (agency_id, account_id, native_id, delivery_id) values (?, 'a', 'm', ?)`,
  );
  const early = db.prepare(
    `insert into early_events (agency_id, account_id, native_id, kind, at, event, kept_at) values (?, 'a', ?, 'edited', 1, '{}', ?)`,
  );
  for (const [n, at, state] of [
    [1, old, 'done'],
    [2, old, 'failed'],
    [3, old, 'done'],
    [4, old, 'pending'],
    [5, old, 'done'],
    [6, noon - dayMs, 'done'],
  ] as const) {
    insert.run(n, at, state);
    item.run(id, n);
    early.run(id, `m${n}`, at);
  }
  await forgetOld(room.store, noon);
  expect(db.prepare('select id from deliveries order by id').pluck().all()).toEqual([2, 4, 6]);
  expect(db.prepare('select delivery_id from delivery_items order by delivery_id').pluck().all()).toEqual([2, 4, 6]);
  expect(db.prepare('select native_id from early_events').pluck().all()).toEqual(['m6']);
  db.close();
});

it('reads none of the deliveries that stay, however many, and lets others pass while it removes many', async () => {
  await using room = await openRelayRoom();
  await room.addAgency();
  const db = new Database(room.databasePath);
  const fill = (count: number, at: number) =>
    db.exec(`insert into deliveries (received_at, route, signed_by, body, state)
      with recursive n(i) as (select 1 union all select i + 1 from n where i < ${count}) select ${at}, 'r', 's', x'7b7d', 'done' from n`);
  fill(20_000, old);
  fill(100_000, noon);
  let turns = 0;
  let isRunning = true;
  const turn = () => {
    turns += 1;
    if (isRunning) setImmediate(turn);
  };
  turn();
  await forgetOld(room.store, noon);
  expect(db.prepare('select count(*) from deliveries').pluck().get()).toBe(100_000);
  expect(turns).toBeGreaterThan(20);
  turns = 0;
  await forgetOld(room.store, noon);
  // Nothing to do: a handful of queries, and no scan that blocks others.
  expect(turns).toBeLessThan(20);
  isRunning = false;
  const plan = db
    .prepare(`explain query plan select id, state, received_at from deliveries where id > 5 order by id limit 1`)
    .all() as { detail: string }[];
  expect(plan.map(({ detail }) => detail)).toEqual(['SEARCH deliveries USING INTEGER PRIMARY KEY (rowid>?)']);
  db.close();
});

it('skips deliveries dated in the future by a clock that was ahead for a while', async () => {
  await using room = await openRelayRoom();
  await room.addAgency();
  const db = new Database(room.databasePath);
  const insert = db.prepare(
    `insert into deliveries (received_at, route, signed_by, body, state) values (?, 'r', 's', x'7b7d', 'done')`,
  );
  for (const at of [old, noon + 400 * dayMs, old, noon]) insert.run(at);
  await forgetOld(room.store, noon);
  expect(db.prepare('select id from deliveries order by id').pluck().all()).toEqual([2, 4]);
  db.close();
});
