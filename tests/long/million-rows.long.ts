import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Stack, startStack } from '../../build/stack/stack.ts';
import { until } from '../../build/stack/until.ts';
import { printFigures } from './figures.ts';
import { addDevices, headOf, openDatabase, startDesks, withWebhooks } from './relay-under-load.ts';

/** A relay that has been in use for years: none of what it does now and then may stop it. */
const rows = 1_000_000;
let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
  await withWebhooks(stack, 50, () => pause(2_000));
  await stack.stopRelay('stop');
  fill();
  await stack.startRelay();
});
afterAll(() => stack?.close());

test('with a million rows, readiness, figures and snapshots are there at once', async () => {
  const desks = startDesks();
  await desks.call('connect', stack.relayUrl, addDevices(stack, 5, 'agent'), null, true);
  const { seq } = headOf(stack);
  const took: number[] = [];
  const beside = await withWebhooks(stack, 20, async () => {
    await pause(5_000);
    await until(
      'the snapshots are whole',
      async () => {
        const from = performance.now();
        await (await fetch(`${stack.relayUrl}/metrics`)).text();
        took.push(performance.now() - from);
        return (await desks.call<number>('caughtUp', seq)) === 5 ? true : undefined;
      },
      300_000,
    );
  });
  await desks.stop();
  printFigures('million rows', { rows, metricsMaxMs: Math.round(Math.max(...took)), ...beside });
  expect(Object.keys(beside.statuses)).toEqual(['200']);
  expect(beside.readyMaxMs).toBeLessThanOrEqual(200);
  expect(beside.ackP99Ms).toBeLessThanOrEqual(100);
});

/** Copies of what is there: deliveries that are done, changes that are young, commands that were answered. */
function fill(): void {
  const db = openDatabase(stack);
  const series = `with recursive n(i) as (select 1 union all select i + 1 from n where i < ${rows})`;
  const now = Date.now();
  db.transaction(() => {
    db.exec(
      `insert into deliveries (received_at, route, signed_by, body, state) ${series} select ${now}, 'instagram', 'instagram', x'7b7d', 'done' from n`,
    );
    const { seq } = headOf(stack);
    db.prepare(
      `insert into changes (agency_id, seq, entity, entity_id, body, at)
       ${series} select ?, ${seq} + i, 'message', 'filler-' || i, null, ${now} from n`,
    ).run(stack.agencyId);
    db.prepare(
      `insert into commands (agency_id, id, kind, body_hash, person_id, answer, at)
       ${series} select ?, 'filler-' || i, 'note.add', '', '', '', ${now} from n`,
    ).run(stack.agencyId);
    db.prepare('update agencies set seq = seq + ? where id = ?').run(rows, stack.agencyId);
  })();
  db.close();
}
