import { createHmac } from 'node:crypto';
import { request } from 'node:http';
import Database from 'better-sqlite3';
import fastify from 'fastify';
import { expect, it } from 'vitest';
import { connectorsWith } from '../channels/testing/connectors.ts';
import { bodyOf, openIntake } from '../testing/deliveries.ts';
import { openRelayRoom } from '../testing/relay-room.ts';
import { BodiesUnderWay, type Limits } from './bodies-under-way.ts';
import { registerWebhooks } from './webhook-routes.ts';

const sign = (body: string | Buffer, secret = 'instagram secret') =>
  `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
const body = bodyOf({ mid: 'm1', text: 'é 🧖 \u0633' });

async function openWebhooks(limits?: Limits) {
  const room = await openRelayRoom();
  const counted: string[] = [];
  const intake = openIntake(room);
  let now = 0;
  const bodies = new BodiesUnderWay(limits, () => now);
  const app = fastify();
  await registerWebhooks(app, {
    commits: intake.commits,
    bodies,
    clock: room.clock,
    log: room.log,
    webhooks: connectorsWith({
      instagram: { appSecrets: ['instagram secret'], webhookToken: 'instagram token' },
      facebook: { appSecrets: ['facebook secret', 'older secret'] },
    }),
    count: (result) => counted.push(result),
  });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  return {
    room,
    counted,
    url,
    bodies,
    pass: (ms: number) => void (now += ms),
    /** Sends a body that looks signed and never comes to its end; `answered` is the status that it gets. */
    async begin(declaredBytes: number, sent: Buffer) {
      const call = request(`${url}/api/webhooks/instagram`, {
        method: 'POST',
        agent: false,
        headers: { 'content-length': declaredBytes, 'x-hub-signature-256': `sha256=${'0'.repeat(64)}` },
      });
      const answered = new Promise<number>((resolve) => {
        call.on('response', (response) => resolve(response.resume().statusCode!)).on('error', () => resolve(0));
      });
      const before = bodies.bytes;
      call.write(sent);
      await expect.poll(() => bodies.bytes).toBeGreaterThan(before + sent.length - 1);
      return { answered, end: () => call.destroy() };
    },
    post: (given: string | Buffer, headers: Record<string, string> = {}, path = '/api/webhooks/instagram') =>
      fetch(`${url}${path}`, {
        method: 'POST',
        body: given,
        headers: { 'content-type': 'application/json', ...headers },
      }),
    rows: () =>
      room.store.read((tx) =>
        tx.all<{ route: string; signed_by: string; body: Buffer }>(
          `select route, signed_by, body from deliveries order by id`,
        ),
      ),
    async [Symbol.asyncDispose](): Promise<void> {
      await app.close();
      await intake.normalizer.close();
      await room[Symbol.asyncDispose]();
    },
  };
}

it.each([
  ['missing', {}],
  ['of another secret', { 'x-hub-signature-256': sign(body, 'foreign') }],
  ['of other bytes', { 'x-hub-signature-256': sign(`${body} `) }],
  ['SHA-1 only', { 'x-hub-signature': `sha1=${createHmac('sha1', 'instagram secret').update(body).digest('hex')}` }],
  ['in upper case', { 'x-hub-signature-256': sign(body).toUpperCase().replace('SHA256', 'sha256') }],
  ['too short', { 'x-hub-signature-256': sign(body).slice(0, -1) }],
  ['too long', { 'x-hub-signature-256': `${sign(body)}0` }],
  ['without its prefix', { 'x-hub-signature-256': sign(body).slice(7) }],
  ['of an empty secret', { 'x-hub-signature-256': sign(body, '') }],
])('answers 401 and stores nothing when the signature is %s', async (_what, headers) => {
  await using it = await openWebhooks();
  expect((await it.post(body, headers as Record<string, string>)).status).toBe(401);
  expect(await it.rows()).toEqual([]);
  expect(it.counted).toEqual(['bad_signature']);
});

it('answers 401 to two signatures, even if one is right', async () => {
  await using it = await openWebhooks();
  const status = await new Promise<number | undefined>((resolve, reject) => {
    const call = request(`${it.url}/api/webhooks/instagram`, { method: 'POST' }, (response) =>
      resolve(response.resume().statusCode),
    );
    call.on('error', reject);
    call.setHeader('x-hub-signature-256', [sign(body), sign(body, 'foreign')]);
    call.end(body);
  });
  expect(status).toBe(401);
  expect(await it.rows()).toEqual([]);
});

it.each([
  ['/api/webhooks/instagram', 'instagram secret', 'instagram', 'instagram'],
  ['/api/instagram/webhook', 'instagram secret', 'instagram', 'instagram'],
  ['/api/webhooks/instagram', 'facebook secret', 'instagram', 'facebook'],
  ['/api/webhooks/facebook', 'older secret', 'facebook', 'facebook-previous'],
])('stores exactly what came to %s, signed with the %s', async (path, secret, route, signedBy) => {
  await using it = await openWebhooks();
  const answer = await it.post(body, { 'x-hub-signature-256': sign(body, secret) }, path);
  expect([answer.status, await answer.text()]).toEqual([200, 'EVENT_RECEIVED']);
  expect(await it.rows()).toEqual([{ route, signed_by: signedBy, body: Buffer.from(body) }]);
});

it.each([
  'application/json; charset=utf-8',
  'text/plain',
  'application/octet-stream',
  'application/x-www-form-urlencoded',
  'json',
  'application/json; charset',
  ';;=,',
  'multipart/form-data',
  'application/json, application/json',
])('keeps a signed body, whatever its content type: %s', async (contentType) => {
  await using it = await openWebhooks();
  const bytes = Buffer.from([0xef, 0xbb, 0xbf, 0xff, 0x00, 0x7b]);
  expect((await it.post(bytes, { 'x-hub-signature-256': sign(bytes), 'content-type': contentType })).status).toBe(200);
  expect((await it.rows())[0]?.body).toEqual(bytes);
});

it('keeps a signed body without a content type', async () => {
  await using it = await openWebhooks();
  const status = await new Promise<number | undefined>((resolve, reject) => {
    request(
      `${it.url}/api/webhooks/instagram`,
      { method: 'POST', headers: { 'x-hub-signature-256': sign(body) } },
      (response) => resolve(response.resume().statusCode),
    )
      .on('error', reject)
      .end(body);
  });
  expect(status).toBe(200);
  expect(await it.rows()).toHaveLength(1);
});

it('evicts bodies that have been arriving for long, so that Meta is not kept out', async () => {
  await using it = await openWebhooks({ maxBytes: 100_000, maxBodies: 3 });
  const first = await it.begin(1_000_000, Buffer.alloc(40_000));
  const second = await it.begin(1_000_000, Buffer.alloc(40_000));
  const headers = { 'x-hub-signature-256': sign(body) };
  expect((await it.post(body, headers)).status).toBe(200);
  // All are fresh, and there is no room for this one.
  const large = Buffer.alloc(30_000, ' ');
  expect((await it.post(large, { 'x-hub-signature-256': sign(large) })).status).toBe(503);
  it.pass(1_001);
  expect((await it.post(large, { 'x-hub-signature-256': sign(large) })).status).toBe(200);
  expect(await first.answered).toBe(503);
  expect(it.counted).toEqual(['stored', 'no_room', 'no_room', 'stored']);
  second.end();
  await expect.poll(() => it.bodies.bytes).toBe(0);
});

it('limits the number of unfinished bodies, however small they are', async () => {
  await using it = await openWebhooks({ maxBytes: 100_000, maxBodies: 3 });
  const begun = [];
  for (let n = 0; n < 3; n += 1) begun.push(await it.begin(100, Buffer.alloc(10)));
  const headers = { 'x-hub-signature-256': sign(body) };
  expect((await it.post(body, headers)).status).toBe(503);
  it.pass(1_001);
  expect((await it.post(body, headers)).status).toBe(200);
  expect(await begun[0]!.answered).toBe(503);
  for (const { end } of begun) end();
  await expect.poll(() => it.bodies.bytes).toBe(0);
});

it('keeps nothing of a body that is forged or breaks off', async () => {
  await using it = await openWebhooks();
  const forged = Buffer.alloc(1_000_000);
  expect((await it.post(forged, { 'x-hub-signature-256': sign('something else') })).status).toBe(401);
  expect(it.bodies.bytes).toBe(0);
  const broken = await it.begin(2_000_000, forged);
  broken.end();
  await expect.poll(() => it.bodies.bytes).toBe(0);
});

it('answers 200 only when another process can read the row', async () => {
  await using it = await openWebhooks();
  const other = new Database(it.room.databasePath, { readonly: true });
  const inFile = other.prepare('select count(*) from deliveries').pluck();
  for (let n = 1; n <= 20; n += 1) {
    await it.post(`${n}`, { 'x-hub-signature-256': sign(`${n}`) });
    expect(inFile.get()).toBe(n);
  }
  other.close();
});

it('takes 8 MB, and answers 413 to more', async () => {
  await using it = await openWebhooks();
  const full = Buffer.alloc(8 * 1024 * 1024, 'x');
  expect((await it.post(full, { 'x-hub-signature-256': sign(full) })).status).toBe(200);
  const over = Buffer.alloc(8 * 1024 * 1024 + 1, 'x');
  expect((await it.post(over, { 'x-hub-signature-256': sign(over) })).status).toBe(413);
  // Without a length announced beforehand.
  const unannounced = new ReadableStream({
    start(controller) {
      controller.enqueue(over);
      controller.close();
    },
  });
  const answer = await fetch(`${it.url}/api/webhooks/instagram`, {
    method: 'POST',
    body: unannounced,
    duplex: 'half',
    headers: { 'x-hub-signature-256': sign(over) },
  } as RequestInit);
  expect(answer.status).toBe(413);
  expect(await it.rows()).toHaveLength(1);
});

it('answers 503 when it could not store, and 200 when Meta retries', async () => {
  await using it = await openWebhooks();
  const other = new Database(it.room.databasePath);
  other.exec(`create trigger full before insert on deliveries begin select raise(rollback, 'disk full'); end`);
  const headers = { 'x-hub-signature-256': sign(body) };
  const answers = await Promise.all([it.post(body, headers), it.post(body, headers)]);
  expect(answers.map(({ status }) => status)).toEqual([503, 503]);
  expect(it.counted).toEqual(['not_stored', 'not_stored']);
  other.exec('drop trigger full');
  other.close();
  expect((await it.post(body, headers)).status).toBe(200);
  expect(await it.rows()).toHaveLength(1);
});

it('answers the handshake only to a caller who knows the token of that route', async () => {
  await using it = await openWebhooks();
  const ask = async (path: string, token: string, challenge = '1158201444') => {
    const answer = await fetch(
      `${it.url}${path}?hub.mode=subscribe&hub.verify_token=${encodeURIComponent(token)}&hub.challenge=${encodeURIComponent(challenge)}`,
    );
    return [answer.status, answer.headers.get('content-type'), await answer.text()];
  };
  for (const path of ['/api/webhooks/instagram', '/api/instagram/webhook']) {
    expect(await ask(path, 'instagram token')).toEqual([200, expect.stringContaining('text/plain'), '1158201444']);
  }
  expect((await ask('/api/webhooks/instagram', 'wrong'))[0]).toBe(403);
  expect((await ask('/api/webhooks/instagram', 'instagram token', '<script>'))[0]).toBe(403);
  // If no token is set, none fits.
  for (const token of ['', 'null', 'undefined', 'instagram token'])
    expect((await ask('/api/webhooks/facebook', token))[0]).toBe(403);
});
