import { createHmac } from 'node:crypto';
import { connect } from 'node:net';
import { join } from 'node:path';
import { type Hello, hourMs, protocolVersion } from '@transom/shared';
import { io } from 'socket.io-client';
import { expect, it } from 'vitest';
import { AttemptLimit } from './fair-share/attempt-limit.ts';
import { inWork } from './ledger/agency-work.ts';
import { createLogger } from './log.ts';
import { makeCode } from './people/codes.ts';
import { pairDevice } from './people/pairing.ts';
import { type Deadlines, type Relay, startRelay } from './relay.ts';
import { readSettings } from './settings.ts';
import { openSqliteStore } from './store/sqlite/open.ts';
import { bodyOf } from './testing/deliveries.ts';
import { openRelayRoom } from './testing/relay-room.ts';
import { ensureMasterKey } from './vault/master-key.ts';

const secret = 'secret';

/** A whole relay in this process, on a machine whose clock is `behindMs` behind; one agency, one account, one desk. */
async function openRelay(behindMs: number, deadlines?: Deadlines) {
  const room = await openRelayRoom();
  const agency = await room.addAgency();
  const token = await inWork(agency.agency, Date.now, async (work) => {
    const { code } = await makeCode(work, { role: 'agent', personId: null, lifeMs: 48 * hourMs, by: 'operator' });
    return code;
  });
  const paired = await pairDevice(
    { store: room.store, attempts: new AttemptLimit() },
    { code: token, name: 'Ida', address: null },
    Date.now(),
  );
  await room.store.close();
  const masterKeyFile = join(room.folder, 'master.key');
  ensureMasterKey(masterKeyFile);
  const read = readSettings({
    PORT: '0',
    DATABASE_URL: `sqlite:${room.databasePath}`,
    TRANSOM_MASTER_KEY_FILE: masterKeyFile,
    INSTAGRAM_APP_SECRET: secret,
    META_INSTAGRAM_GRAPH_URL: 'http://127.0.0.1:9',
    META_FACEBOOK_GRAPH_URL: 'http://127.0.0.1:9',
  });
  if (!read.ok || !paired.ok) throw new Error('The relay could not be prepared.');
  let behind = behindMs;
  const start = (): Promise<Relay> =>
    startRelay(
      read.settings,
      createLogger('silent'),
      { wall: () => Date.now() - behind, monotonic: () => performance.now() },
      deadlines,
    );
  let relay = await start();
  return {
    agency,
    databasePath: room.databasePath,
    metrics: async () => (await fetch(relay.metricsUrl)).text(),
    set: (ms: number) => void (behind = ms),
    async restart(): Promise<void> {
      await relay.close();
      relay = await start();
    },
    async deliver(body: string): Promise<number> {
      const signature = createHmac('sha256', secret).update(body).digest('hex');
      const headers = { 'x-hub-signature-256': `sha256=${signature}` };
      return (await fetch(`${relay.url}/api/webhooks/instagram`, { method: 'POST', body, headers })).status;
    },
    /**
     * Sends the beginning of a request, then a byte every few ms, forever; resolves with the answer when the relay closes the connection.
     */
    drip(head: string): Promise<{ answer: string; tookMs: number }> {
      const { hostname, port } = new URL(relay.url);
      const socket = connect(Number(port), hostname, () => socket.write(head));
      const from = performance.now();
      const dripping = setInterval(() => socket.writable && socket.write('x'), 20);
      let answer = '';
      return new Promise((resolve) => {
        socket
          .on('data', (data: Buffer) => (answer += data.toString()))
          .on('error', () => undefined)
          .on('close', () => {
            clearInterval(dripping);
            resolve({ answer, tookMs: performance.now() - from });
          });
      });
    },
    async hello(): Promise<Hello> {
      const auth = { token: paired.device.deviceToken, protocol: protocolVersion, cursor: null };
      const socket = io(relay.url, { transports: ['websocket'], auth, reconnection: false, forceNew: true });
      try {
        return await new Promise<Hello>((resolve, reject) =>
          socket.once('hello', resolve).once('connect_error', reject),
        );
      } finally {
        socket.disconnect();
      }
    },
    async retryAt(): Promise<number | undefined> {
      const store = openSqliteStore(room.databasePath);
      const row = await store.read((tx) => tx.get<{ at: number }>(`select next_attempt_at as at from deliveries`));
      await store.close();
      return row?.at;
    },
    rows: <Row>(sql: string) => {
      const store = openSqliteStore(room.databasePath);
      return store
        .forAgency(agency.id)
        .read((tx) => tx.all<Row>(sql))
        .finally(() => store.close());
    },
    async [Symbol.asyncDispose](): Promise<void> {
      await relay.close();
      await room[Symbol.asyncDispose]();
    },
  };
}

it('tells desks a time that is never behind what Meta has signed, even after a restart', async () => {
  await using it = await openRelay(25 * hourMs);
  const wroteAt = Date.now() - hourMs;
  expect(await it.deliver(bodyOf({ mid: 'm1', text: 'Hi', at: wroteAt }))).toBe(200);
  await expect.poll(async () => (await it.hello()).serverNow).toBeGreaterThanOrEqual(wroteAt);
  await it.restart();
  expect((await it.hello()).serverNow).toBeGreaterThanOrEqual(wroteAt);
  // The window is counted from when the buyer wrote, not from what this machine took to be the present.
  const [row] = await it.rows<{ at: number }>(
    `select window_opened_at as at from conversations where agency_id = :agency`,
  );
  expect(row?.at).toBe(wroteAt);
});

it('shifts waits when the clock is corrected, and counts the step', async () => {
  await using it = await openRelay(-20 * hourMs);
  const until = Date.now() + 20 * hourMs + hourMs / 2;
  const store = openSqliteStore(it.databasePath);
  await store
    .forAgency(it.agency.id)
    .write((tx) => tx.run(`update accounts set paused_until = :until where agency_id = :agency`, { until }));
  const failed = { body: Buffer.from('{}'), until };
  await store.write((tx) =>
    tx.run(
      `insert into deliveries (received_at, route, signed_by, body, attempts, next_attempt_at) values (1, 'r', 's', :body, 4, :until)`,
      failed,
    ),
  );
  await store.close();
  it.set(0);
  const pausedUntil = async () =>
    (await it.rows<{ until: number }>(`select paused_until as until from accounts where agency_id = :agency`))[0]!
      .until;
  await expect.poll(pausedUntil, { timeout: 10_000 }).toBeLessThan(Date.now() + hourMs);
  expect(await it.metrics()).toContain('transom_clock_steps_total 1');
  expect(await it.retryAt()).toBeLessThan(Date.now() + hourMs);
});

it('shortens retry waits at the start if the clock was ahead before', async () => {
  await using it = await openRelay(0);
  const store = openSqliteStore(it.databasePath);
  const failed = { body: Buffer.from('{}'), until: Date.now() + 20 * hourMs };
  await store.write((tx) =>
    tx.run(
      `insert into deliveries (received_at, route, signed_by, body, attempts, next_attempt_at) values (1, 'r', 's', :body, 4, :until)`,
      failed,
    ),
  );
  await store.close();
  await it.restart();
  expect(await it.retryAt()).toBeLessThan(Date.now() + hourMs);
});

it.each([
  [
    'body',
    `POST /api/webhooks/instagram HTTP/1.1\r\nHost: relay\r\nX-Hub-Signature-256: sha256=${'0'.repeat(64)}\r\nContent-Length: 100000\r\n\r\n`,
  ],
  [
    'body of unknown length',
    `POST /api/webhooks/instagram HTTP/1.1\r\nHost: relay\r\nX-Hub-Signature-256: sha256=${'0'.repeat(64)}\r\nTransfer-Encoding: chunked\r\n\r\nfffff\r\n`,
  ],
  [
    'form',
    'POST /api/devices HTTP/1.1\r\nHost: relay\r\nContent-Type: application/json\r\nContent-Length: 10000\r\n\r\n',
  ],
  ['headers', 'POST /api/webhooks/instagram HTTP/1.1\r\nHost: relay\r\nX-Long: '],
])('ends a request whose %s drips in, however long it keeps dripping', async (_what, head) => {
  await using it = await openRelay(0, { requestMs: 600, lookMs: 50 });
  const { answer, tookMs } = await it.drip(head);
  expect(answer).toMatch(/^HTTP\/1\.1 408 /);
  expect(tookMs).toBeGreaterThanOrEqual(590);
  expect(tookMs).toBeLessThan(10_000);
  expect(await it.deliver(bodyOf({ mid: 'm1', text: 'Hi', at: Date.now() }))).toBe(200);
});
