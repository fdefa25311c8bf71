import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Stack, startStack } from '../../build/stack/stack.ts';
import { until } from '../../build/stack/until.ts';
import type { CrowdState } from './crowd-process.ts';
import { printFigures } from './figures.ts';
import { addDevices, headOf, memoryMb, startCrowd, watchMemory, withWebhooks } from './relay-under-load.ts';

/** After a network outage every desk comes back at once, 200 messages behind, while Meta keeps sending. */
const deskCount = 1_000;
const perSecond = 100;
let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack?.close());

/** All desks connect at once, catch up and leave again, while webhooks continue. */
async function comeAndGo(tokens: readonly string[]) {
  const cursor = headOf(stack);
  await withWebhooks(stack, perSecond, () => pause(2_000));
  const crowds = [startCrowd(), startCrowd()];
  const memory = watchMemory(stack);
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
  await Promise.all(crowds.map((remote) => remote.call('close')));
  await Promise.all(crowds.map((remote) => remote.stop()));
  const memoryMostMb = await memory.stop();
  return { tookMs, pages: sumOf('pages'), reconnected: sumOf('reconnected'), memoryMostMb, ...beside };
}

test('a thousand desks at once catch up, webhooks are answered, and the memory is reused for the next thousand', async () => {
  const tokens = addDevices(stack, deskCount, 'agent');
  const quiet = await withWebhooks(stack, perSecond, () => pause(2_000));
  const memoryBeforeMb = memoryMb(stack);
  const first = await comeAndGo(tokens);
  await pause(20_000);
  const memoryAfterMb = memoryMb(stack);
  // V8 keeps some of the memory that a crowd needed. It must be free when the next one comes.
  for (const crowd of [first, await comeAndGo(tokens)]) {
    printFigures('thousand desks', { memoryBeforeMb, memoryAfterMb, quietP99Ms: quiet.ackP99Ms, ...crowd });
    expect(Object.keys(crowd.statuses)).toEqual(['200']);
    expect(crowd.ackP99Ms).toBeLessThanOrEqual(250);
    expect(crowd.memoryMostMb - memoryBeforeMb).toBeLessThanOrEqual(150);
  }
  expect(memoryAfterMb - memoryBeforeMb).toBeLessThanOrEqual(75);
});
