import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { operate } from '../../build/stack/operator.ts';
import { type Stack, startStack } from '../../build/stack/stack.ts';
import { until } from '../../build/stack/until.ts';
import { askDatabase, deliver, messagesTo, unsendsTo } from '../relay-from-outside.ts';
import { maxBlockMs, watchEventLoops } from './event-loop.ts';
import { printFigures } from './figures.ts';

/** A relay that has kept 100,000 webhooks: a thousand messages taken back at once, and a backup while more come in. */
const kept = 100_000;
const takenBack = 1_000;
const senders = 32;
let stack: Stack;

beforeAll(async () => {
  watchEventLoops();
  stack = await startStack();
  await fill();
}, 600_000);
afterAll(() => stack?.close());

const message = (number: number) => ({
  mid: `aWdf.kept.${number}`,
  sender: `1799${String(number % 5_000).padStart(12, '0')}`,
  text: `Question number ${number} about a barrel sauna with a window and a stove, ${'delivered to the garden '.repeat(20)}`,
});

test('a thousand messages are taken back at once: answered within a second, nothing waits, no other body is touched', async () => {
  const gone = Array.from({ length: takenBack }, (_, n) => message(n * 97));
  const before = bodies();
  await maxBlockMs(stack);
  const startedAt = performance.now();
  expect(await deliver(stack, 'instagram', unsendsTo(stack.accounts[0]!, ...gone))).toBe(200);
  const answeredMs = performance.now() - startedAt;
  await until('all are taken back', async () => (unsentCount() >= takenBack ? true : undefined), 120_000);
  const blockedMs = await maxBlockMs(stack);
  printFigures('a thousand unsends', { answeredMs, doneMs: performance.now() - startedAt, blockedMs });

  const touched = [...bodies()].filter(([id, hash]) => before.has(id) && before.get(id) !== hash);
  expect(touched).toHaveLength(takenBack);
  expect(answeredMs).toBeLessThan(1_000);
  expect(blockedMs).toBeLessThan(50);
}, 300_000);

test('a backup takes at most twice as long while webhooks come in', async () => {
  const quietMs = await backup('quiet.db');
  let sent = 0;
  const pace = setInterval(() => {
    sent += 1;
    void deliver(stack, 'instagram', messagesTo(stack.accounts[0]!, message(kept + sent)));
  }, 10);
  await maxBlockMs(stack);
  const busyMs = await backup('busy.db').finally(() => clearInterval(pace));
  const bytes = statSync(join(stack.dir, 'quiet.db')).size;
  const blockedMs = await maxBlockMs(stack);
  printFigures('a backup', { bytes, quietMs, busyMs, sent, blockedMs });
  expect(statSync(join(stack.dir, 'quiet.db')).size).toBeGreaterThan(120e6);
  expect(busyMs).toBeLessThan(2 * quietMs);
  expect(blockedMs).toBeLessThan(100);
}, 300_000);

async function fill(): Promise<void> {
  let next = 0;
  await Promise.all(
    Array.from({ length: senders }, async () => {
      while (next < kept) {
        const number = next++;
        expect(await deliver(stack, 'instagram', messagesTo(stack.accounts[0]!, message(number)))).toBe(200);
      }
    }),
  );
  const pending = () => askDatabase<{ n: number }>(stack, `select count(*) as n from deliveries where state <> 'done'`);
  await until('all are in the inbox', async () => (pending()[0]?.n === 0 ? true : undefined), 300_000);
}

async function backup(name: string): Promise<number> {
  const startedAt = performance.now();
  await operate(stack.env, 'backup', '--to', join(stack.dir, name));
  return performance.now() - startedAt;
}

function bodies(): Map<number, string> {
  const rows = askDatabase<{ id: number; body: Buffer }>(
    stack,
    `select id, body from deliveries order by id limit ${kept}`,
  );
  return new Map(rows.map(({ id, body }) => [id, createHash('sha256').update(body).digest('base64')]));
}

/** A cheap query, so as to take no disk time from the relay. */
function unsentCount(): number {
  return askDatabase<{ n: number }>(stack, `select count(*) as n from forgotten where kind = 'unsent' `)[0]?.n ?? 0;
}
