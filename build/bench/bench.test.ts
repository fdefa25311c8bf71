import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Running } from '../stack/process.ts';
import { median, quantile } from './figures.ts';
import { startFloorRelay } from './floors/start.ts';
import { openFloorStore } from './floors/store.ts';
import { openConnection } from './load/connection.ts';
import { messageBody, requestMaker, signedRequest, type Target } from './load/signed-requests.ts';
import { readOptions } from './options.ts';
import { startRemote } from './process-calls.ts';
import { resultOf, tableOf } from './report.ts';

/** A floor that cheats is worthless: its promises are tested here, on its real process. */
const target: Target = {
  path: '/api/webhooks/instagram',
  accountNativeId: '17841400000000001',
  secret: 'secret-of-the-test',
};
let dir: string;
let floors: Running<{ url: string }>[];

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'transom-bench-test-'));
  floors = [];
});
afterEach(async () => {
  for (const floor of floors) await floor.kill();
  await rm(dir, { recursive: true, force: true });
});

async function startFloor(
  commit: 'turn' | 'request',
): Promise<{ floor: Running<{ url: string }>; port: number; db: string }> {
  const db = join(dir, `${commit}.db`);
  const floor = await startFloorRelay({ db, secret: target.secret, commit });
  floors.push(floor);
  return { floor, port: Number(new URL(floor.ready.url).port), db };
}

function storedIds(path: string): string[] {
  const db = new Database(path, { readonly: true });
  try {
    return db.prepare<[], string>('select mid from messages').pluck().all();
  } finally {
    db.close();
  }
}

describe.each(['turn', 'request'] as const)('the plain relay with one commit per %s', (commit) => {
  test('refuses a body that is not signed with the secret', async () => {
    const { port, db } = await startFloor(commit);
    const connection = await openConnection(port);
    const body = messageBody(target, '12', 'mid-1', 'hello');
    expect(await connection.send(signedRequest({ ...target, secret: 'another' }, body))).toBe(401);
    const signed = signedRequest(target, body).toString('latin1');
    expect(await connection.send(Buffer.from(signed.replace('hello', 'jello'), 'latin1'))).toBe(401);
    expect(await connection.send(Buffer.from(signed.replace(/x-hub-signature-256: .*\r\n/, ''), 'latin1'))).toBe(401);
    expect(storedIds(db)).toEqual([]);
    expect(await connection.send(signedRequest(target, body))).toBe(200);
    expect(storedIds(db)).toEqual(['mid-1']);
    connection.close();
  });

  test('stores a message that comes five times only once, with everything that belongs to it', async () => {
    const { port, db } = await startFloor(commit);
    const connections = await Promise.all(Array.from({ length: 5 }, () => openConnection(port)));
    const request = signedRequest(target, messageBody(target, '12', 'mid-1', 'hello'));
    expect(await Promise.all(connections.map((connection) => connection.send(request)))).toEqual([
      200, 200, 200, 200, 200,
    ]);
    const stored = new Database(db, { readonly: true });
    for (const table of ['contacts', 'conversations', 'messages', 'leads', 'changes']) {
      expect([table, stored.prepare(`select count(*) from ${table}`).pluck().get()]).toEqual([table, 1]);
    }
    expect(stored.prepare('select unread from conversations').pluck().get()).toBe(1);
    stored.close();
    for (const connection of connections) connection.close();
  });

  test('has on disk what it acknowledged before it was killed', async () => {
    const { floor, port, db } = await startFloor(commit);
    const make = requestMaker(target, 50, 'kill');
    const acknowledged: string[] = [];
    const senders = Array.from({ length: 16 }, async () => {
      const connection = await openConnection(port);
      for (;;) {
        const [request] = make(1);
        if (request === undefined) throw new Error('Nothing was made.');
        if ((await connection.send(request.bytes)) !== 200) return;
        acknowledged.push(request.nativeMessageId);
      }
    });
    await expect.poll(() => acknowledged.length, { timeout: 10_000 }).toBeGreaterThan(300);
    await floor.kill();
    await Promise.all(senders);
    const stored = new Set(storedIds(db));
    expect(acknowledged.filter((id) => !stored.has(id))).toEqual([]);
  });
});

test('the plain store waits for the disk at every commit', () => {
  const store = openFloorStore(join(dir, 'store.db'));
  expect(store.synchronous()).toBe(2);
  store.close();
});

test('the plain desk reports a message when it can be read from its cache', async () => {
  const { floor, port } = await startFloor('turn');
  const desk = startRemote(new URL('floors/desk.ts', import.meta.url));
  try {
    await desk.call('connect', floor.ready.url, join(dir, 'desk.db'));
    const connection = await openConnection(port);
    expect(await connection.send(signedRequest(target, messageBody(target, '12', 'mid-1', 'hello')))).toBe(200);
    await expect.poll(async () => (await desk.call<[string, string][]>('take')).map(([id]) => id)).toEqual(['mid-1']);
    expect(storedIds(join(dir, 'desk.db'))).toEqual(['mid-1']);
    connection.close();
  } finally {
    await desk.stop();
  }
});

test('no two requests of a maker share a message id or a body', () => {
  const make = requestMaker(target, 3, 'a');
  const requests = [...make(50), ...make(50)];
  expect(new Set(requests.map(({ nativeMessageId }) => nativeMessageId)).size).toBe(100);
  expect(new Set(requests.map(({ bytes }) => bytes.toString('latin1'))).size).toBe(100);
});

test('medians, quantiles and goals are right', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
  expect(quantile([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 0.95)).toBe(10);
  const suite = { name: 'some', question: 'How?', run: async () => [] };
  const finding = { what: 'ratio', ours: 5, floor: 10, ratios: [0.4, 0.5, 0.7] };
  const [missed, met] = resultOf(
    suite,
    [
      { ...finding, goal: { id: 'G1', of: 'ratio', bound: 'at least', value: 0.6 } },
      { ...finding, goal: { id: 'G2', of: 'figure', bound: 'at most', value: 5 } },
    ],
    1,
  ).findings;
  expect([missed?.ratio, missed?.reached, met?.reached]).toEqual([0.5, false, true]);
  expect(tableOf(resultOf(suite, { skipped: 'no Chromium starts here.' }, 1))).toContain(
    'Not measured: no Chromium starts here.',
  );
});

test('only known suites are run', () => {
  expect(readOptions(['intake', '--quick'], ['intake', 'search'])).toEqual({
    ok: true,
    options: { suites: ['intake'], quick: true, json: false },
  });
  expect(readOptions([], ['intake', 'search'])).toMatchObject({ ok: true, options: { suites: ['intake', 'search'] } });
  expect(readOptions(['fish'], ['intake'])).toMatchObject({ ok: false });
});
