import { setTimeout as pause } from 'node:timers/promises';
import { minuteMs, secondMs } from '@transom/shared';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Stack, startStack } from '../../build/stack/stack.ts';
import { printFigures } from './figures.ts';
import { addDevices, headOf, memoryMb, startCrowd, watchMemory, withWebhooks } from './relay-under-load.ts';

/** Minutes of webhooks, with one desk: what the relay holds must not grow with what has passed through it. */
const minutes = Number(process.env['TRANSOM_SOAK_MINUTES'] ?? 3);
const perSecond = 100;
/** This much per minute, once it is warm, is noise: pages of SQLite's cache, and uncollected heap. */
const maxGrowthMb = 6;
let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack?.close());

test('the memory of a relay does not grow with what passes through it', async () => {
  const crowd = startCrowd();
  await crowd.call('connect', stack.relayUrl, addDevices(stack, 1, 'agent'), headOf(stack));
  const memory = watchMemory(stack);
  const everyTenSeconds: number[] = [];
  const beside = await withWebhooks(stack, perSecond, async () => {
    for (let at = 0; at < minutes * minuteMs; at += 10 * secondMs) {
      await pause(10 * secondMs);
      everyTenSeconds.push(memoryMb(stack));
    }
  });
  const most = await memory.stop();
  await crowd.stop();
  // The first half is for warming up: heap and SQLite's cache find their size.
  const quarter = Math.floor(everyTenSeconds.length / 4);
  const average = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const growth = average(everyTenSeconds.slice(-quarter)) - average(everyTenSeconds.slice(-2 * quarter, -quarter));
  const growthMbAMinute = growth / ((quarter * 10 * secondMs) / minuteMs);
  printFigures('soak', { minutes, everyTenSeconds, growthMbAMinute, memoryMostMb: most, ...beside });
  expect(Object.keys(beside.statuses)).toEqual(['200']);
  expect(growthMbAMinute).toBeLessThanOrEqual(maxGrowthMb);
});
