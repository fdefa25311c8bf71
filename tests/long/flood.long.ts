import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Remote } from '../../build/bench/process-calls.ts';
import { type Stack, startStack } from '../../build/stack/stack.ts';
import { until } from '../../build/stack/until.ts';
import { printFigures } from './figures.ts';
import { addDevices, memoryMb, openDatabase, startDesks, watchMemory, withWebhooks } from './relay-under-load.ts';

/** One desk sends ten thousand requests at once, while Meta sends fifty webhooks a second. */
const asked = 10_000;
let stack: Stack;
let desks: Remote;
beforeAll(async () => {
  stack = await startStack();
  desks = startDesks();
});
afterAll(async () => {
  await desks?.stop();
  await stack?.close();
});

test.each([
  ['command', 'viewer'],
  ['command', 'agent'],
  ['history', 'agent'],
] as const)('a flood of %s from a %s delays nobody', async (what, role) => {
  const quiet = await withWebhooks(stack, 50, () => pause(3_000));
  const conversationId = await anyConversation();
  const tokens = addDevices(stack, 1, role);
  await desks.call('connect', stack.relayUrl, tokens, null);
  await until('the desk is connected', async () => ((await desks.call<number>('connected')) === 1 ? true : undefined));
  const request =
    what === 'command' ? { kind: 'note.add', conversationId, text: 'x' } : { conversationId, before: null, limit: 200 };
  const memory = watchMemory(stack);
  const before = memoryMb(stack);
  let answers: Record<string, number> = {};
  const beside = await withWebhooks(stack, 50, async () => {
    await pause(1_000);
    answers = await desks.call('flood', what, asked, request);
    await pause(1_000);
  });
  const most = await memory.stop();
  await desks.call('close');
  printFigures('flood', {
    asked: what,
    role,
    answers,
    memoryBeforeMb: before,
    memoryMostMb: most,
    quietP99Ms: quiet.ackP99Ms,
    ...beside,
  });
  expect(Object.keys(beside.statuses)).toEqual(['200']);
  expect(Object.keys(beside.readyStatuses)).toEqual(['200']);
  expect(beside.ackP99Ms).toBeLessThanOrEqual(100);
  expect(beside.readyMaxMs).toBeLessThanOrEqual(1_000);
  expect(most - before).toBeLessThanOrEqual(60);
});

async function anyConversation(): Promise<string> {
  const db = openDatabase(stack);
  try {
    return await until('somebody has written', async () =>
      db.prepare<[], string>('select id from conversations limit 1').pluck().get(),
    );
  } finally {
    db.close();
  }
}
