import { setTimeout as pause } from 'node:timers/promises';
import { type DeskToRelay, newId, protocolVersion, type RelayToDesk } from '@transom/shared';
import { io, type Socket } from 'socket.io-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Remote, startRemote } from '../../build/bench/process-calls.ts';
import { type Stack, type StackAccount, startStack } from '../../build/stack/stack.ts';
import { until } from '../../build/stack/until.ts';
import { callApi } from '../relay-from-outside.ts';
import { maxBlockMs, watchEventLoops } from './event-loop.ts';
import { printFigures, shareOf } from './figures.ts';
import type { Asked } from './hostile-desks-process.ts';
import { addAgency, addDevices, memoryMb, pair, watchMemory, withWebhooks } from './relay-under-load.ts';

/**
 * Twenty desks of one agency ask whatever they can, or do not read the answers; strangers send what nobody asked for. The relay has as much
 * memory as on the smallest machine in the manual. A desk of another agency keeps working, and so does Meta.
 */
const hostileDesks = 20;
const heapMb = 256;
/** Of the machine's 512 MB. */
const maxMb = 400;
const quietMs = 100;
let stack: Stack;
let hostile: Remote;
let neighbour: Socket<RelayToDesk, DeskToRelay>;
let thread: string;
let neighboursThread: string;

beforeAll(async () => {
  watchEventLoops(`--max-old-space-size=${heapMb}`);
  stack = await startStack();
  const { account, token } = await addAgency(stack, 'Fjord Spa');
  neighbour = io(stack.relayUrl, {
    transports: ['websocket'],
    auth: { token, protocol: protocolVersion, cursor: null },
  });
  neighbour.on('page', (_page, applied) => applied());
  thread = await threadOf(stack.accounts[0]!, await pair(stack, stack.ownerCode));
  neighboursThread = await threadOf(account, token);
  await withHostileDesks(() => hostile.call('fill', thread));
}, 60_000);
afterAll(async () => {
  neighbour?.disconnect();
  await stack?.close();
});
test.each<Asked>(['commands', 'history', 'both', 'lists'])(
  'a flood of %s from one agency delays no other',
  async (what) => {
    await beside(what, async () => {
      await hostile.call('begin', what, thread);
      await pause(10_000);
      await hostile.call('end');
    });
  },
  60_000,
);

test('history that is not read fills no memory', async () => {
  await beside('unread', () => hostile.call('leaveUnread', thread));
}, 60_000);

test('strangers that send large packets delay nobody', async () => {
  await beside('strangers', async () => {
    await hostile.call('beStrangers', 50);
    await pause(8_000);
    await hostile.call('close');
  });
}, 60_000);

/** Each run has new desks: those of the run before have used up what they may ask. */
async function withHostileDesks<Result>(work: () => Promise<Result>): Promise<Result> {
  hostile = startRemote(new URL('./hostile-desks-process.ts', import.meta.url));
  try {
    await hostile.call('connect', stack.relayUrl, addDevices(stack, hostileDesks, 'agent'));
    return await work();
  } finally {
    await hostile.stop();
  }
}

/** Measures what `neighbour` and Meta notice of it. */
async function beside(what: string, work: () => Promise<void>): Promise<void> {
  const before = memoryMb(stack);
  await maxBlockMs(stack);
  const memory = watchMemory(stack);
  const ms: number[] = [];
  let isOn = true;
  const working = (async () => {
    while (isOn) {
      ms.push(await commandOfNeighbour());
      await pause(100);
    }
  })();
  const webhooks = await withHostileDesks(() => withWebhooks(stack, 50, work));
  isOn = false;
  await working;
  const most = await memory.stop();
  printFigures('a hostile agency', {
    asked: what,
    memoryBeforeMb: before,
    memoryMostMb: most,
    commandP50Ms: shareOf(ms, 0.5),
    commandP95Ms: shareOf(ms, 0.95),
    commandP99Ms: shareOf(ms, 0.99),
    maxBlockMs: await maxBlockMs(stack),
    ...webhooks,
  });
  expect(Object.keys(webhooks.statuses)).toEqual(['200']);
  expect(Object.keys(webhooks.readyStatuses)).toEqual(['200']);
  // The slowest of eighty is a stall of the machine as likely as not.
  expect(shareOf(ms, 0.95)).toBeLessThan(quietMs);
  expect(webhooks.ackP99Ms).toBeLessThanOrEqual(quietMs);
  expect(webhooks.readyMaxMs).toBeLessThanOrEqual(1_000);
  expect(most).toBeLessThanOrEqual(maxMb);
}

async function commandOfNeighbour(): Promise<number> {
  const askedAt = performance.now();
  const answer = await neighbour.timeout(10_000).emitWithAck('command', {
    id: newId(),
    command: { kind: 'note.add', conversationId: neighboursThread, text: 'x' },
  });
  expect(answer.ok).toBe(true);
  return performance.now() - askedAt;
}

async function threadOf(account: StackAccount, token: string): Promise<string> {
  const buyer = await stack.simulator.buyer({ account, name: 'Ada' });
  await stack.simulator.writes({ account, buyer, text: 'Hello?' });
  return until('somebody has written', async () => {
    const { body } = await callApi<{ items: { id: string }[] }>(stack, 'GET', '/api/conversations', { token });
    return body.items[0]?.id;
  });
}
