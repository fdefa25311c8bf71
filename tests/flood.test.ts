import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Remote } from '../build/bench/process-calls.ts';
import { type Stack, startStack } from '../build/stack/stack.ts';
import { until } from '../build/stack/until.ts';
import type { CrowdState } from './long/crowd-process.ts';
import { addDevices, headOf, startCrowd, startDesks, withWebhooks } from './long/relay-under-load.ts';

/** The small version of tests/long: one desk floods the relay and fifty come back at once, while Meta keeps sending. */
let stack: Stack;
let desks: Remote;
let crowd: Remote;
beforeAll(async () => {
  stack = await startStack();
  desks = startDesks();
  crowd = startCrowd();
});
afterAll(async () => {
  await desks?.stop();
  await crowd?.stop();
  await stack?.close();
});

test('a desk that floods is told to wait, and every webhook meanwhile is stored', async () => {
  await desks.call('connect', stack.relayUrl, addDevices(stack, 1, 'viewer'), null);
  await until('the desk is connected', async () => ((await desks.call<number>('connected')) === 1 ? true : undefined));
  let answers: Record<string, number> = {};
  const beside = await withWebhooks(stack, 20, async () => {
    answers = await desks.call('flood', 'command', 3_000, { kind: 'note.add', conversationId: 'x', text: 'x' });
    await pause(500);
  });
  await desks.call('close');
  expect(answers['no answer']).toBeUndefined();
  expect(answers['too_many_attempts']).toBeGreaterThan(2_500);
  expect(Object.keys(beside.statuses)).toEqual(['200']);
  expect(Object.keys(beside.readyStatuses)).toEqual(['200']);
});

test('fifty desks that come back at once catch up while Meta keeps sending', async () => {
  const cursor = headOf(stack);
  const tokens = addDevices(stack, 50, 'agent');
  await withWebhooks(stack, 20, async () => {
    await pause(1_000);
    const { seq } = headOf(stack);
    await crowd.call('connect', stack.relayUrl, tokens, cursor);
    await until('all have caught up', async () =>
      (await crowd.call<CrowdState>('state', seq)).caughtUp === 50 ? true : undefined,
    );
  });
  const head = await until('nothing is written any more', async () => {
    const { seq } = headOf(stack);
    await pause(300);
    return seq === headOf(stack).seq ? seq : undefined;
  });
  await until('all have the last change', async () =>
    (await crowd.call<CrowdState>('state', head)).caughtUp === 50 ? true : undefined,
  );
});
