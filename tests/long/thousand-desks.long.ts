import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Stack, startStack } from '../../build/stack/stack.ts';
import { until } from '../../build/stack/until.ts';
import type { CrowdState } from './crowd-process.ts';
import { printFigures } from './figures.ts';
import { addDevices, headOf, startCrowd, watchMemory, withWebhooks } from './relay-under-load.ts';

/** After a break of the network every desk comes back at once, 200 messages behind, while Meta goes on sending. */
const deskCount = 1_000;
const perSecond = 100;
let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack?.close());

test('a thousand desks at once catch up, webhooks are answered, and the memory is given back', async () => {
  const tokens = addDevices(stack, deskCount, 'agent');
  const cursor = headOf(stack);
  const quiet = await withWebhooks(stack, perSecond, () => pause(2_000));
  await pause(2_000);
  const crowds = [startCrowd(), startCrowd()];
  const memory = watchMemory(stack);
  const before = memory.now();
  let states: CrowdState[] = [];
  const sumOf = (what: keyof CrowdState): number => states.reduce((sum, state) => sum + state[what], 0);
  let tookMs = 0;
  const beside = await withWebhooks(stack, perSecond, async () => {
    await pause(1_000);
    const from = performance.now();
    const head = headOf(stack).seq;
    await Promise.all(
      crowds.map((remote, index) =>
        remote.call(
          'connect',
          stack.relayUrl,
          tokens.filter((_, n) => n % crowds.length === index),
          cursor,
        ),
      ),
    );
    await until(
      'all desks have caught up',
      async () => {
        states = await Promise.all(crowds.map((remote) => remote.call<CrowdState>('state', head)));
        return sumOf('caughtUp') === deskCount ? true : undefined;
      },
      120_000,
    );
    tookMs = Math.round(performance.now() - from);
    await pause(2_000);
  });
  const most = await memory.stop();
  const present = watchMemory(stack);
  await Promise.all(crowds.map((remote) => remote.call('close')));
  await Promise.all(crowds.map((remote) => remote.stop()));
  await pause(20_000);
  const after = await present.stop().then(() => present.now());
  printFigures('thousand desks', {
    tookMs,
    pages: sumOf('pages'),
    reconnected: sumOf('reconnected'),
    memoryBeforeMb: before,
    memoryMostMb: most,
    memoryAfterMb: after,
    quietP99Ms: quiet.ackP99Ms,
    ...beside,
  });
  expect(Object.keys(beside.statuses)).toEqual(['200']);
  expect(beside.ackP99Ms).toBeLessThanOrEqual(250);
  expect(most - before).toBeLessThanOrEqual(150);
  expect(after - before).toBeLessThanOrEqual(75);
});
