import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hourMs, newId, type Role } from '@transom/shared';
import { startSimulator, type Simulator } from '@transom/simulator';
import fastify, { type FastifyInstance } from 'fastify';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { addAccount } from '../accounts/add-account.ts';
import { finishSignIn } from '../accounts/sign-in.ts';
import { AgencyWork } from '../inbox/agency-work.ts';
import { applyEvent } from '../inbox/apply-event.ts';
import { createInbox } from '../inbox/create-inbox.ts';
import { createLogger } from '../log.ts';
import { createGraphClient } from '../meta/graph/client.ts';
import { inviteLifeMs, makeCode } from '../people/codes.ts';
import { foundAgency } from '../people/found-agency.ts';
import { readSettings, type Settings } from '../settings.ts';
import type { Store } from '../store/port.ts';
import { openSqliteStore } from '../store/sqlite/open.ts';
import { ensureMasterKey } from '../vault/master-key.ts';
import { Vault } from '../vault/vault.ts';
import { Metrics } from './metrics.ts';
import { answerUnreadable } from './problems.ts';
import { registerApi } from './register-api.ts';

const secret = 'test_app_secret';
let folder: string;
let store: Store;
let vault: Vault;
let simulator: Simulator;
let app: FastifyInstance;
let url: string;
let now: number;
let log: string;
let revoked: string[];

beforeAll(async () => {
  simulator = await startSimulator({ instagramAppSecret: secret, facebookAppSecret: 'facebook_secret' });
});
afterAll(() => simulator.close());

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'transom-api-'));
  ensureMasterKey(join(folder, 'master.key'));
  vault = new Vault(join(folder, 'master.key'));
  store = openSqliteStore(join(folder, 'transom.db'));
  now = Date.now();
  log = '';
  revoked = [];
  await serve();
});
afterEach(async () => {
  await app.close();
  await store.close();
  rmSync(folder, { recursive: true });
});

async function serve(env: Record<string, string> = {}) {
  const settings = settingsOf({
    INSTAGRAM_APP_ID: '4711',
    INSTAGRAM_APP_SECRET: secret,
    FACEBOOK_APP_SECRET: 'facebook_secret',
    PUBLIC_URL: 'https://relay.example.com',
    ...env,
  });
  const clock = () => now;
  app = fastify({ trustProxy: 'loopback', frameworkErrors: answerUnreadable });
  await registerApi(app, {
    ...{ store, vault, clock, settings, channels: channels(), metrics: new Metrics() },
    inbox: createInbox({ store, clock, onCommitted: () => undefined }),
    log: createLogger('trace', { write: (line: string) => { log += line; } }),
    onCommitted: () => undefined,
    onDeviceRevoked: (deviceId) => revoked.push(deviceId),
  });
  app.get('/broken', () => { throw new Error('secret words of a buyer'); });
  url = await app.listen({ host: '127.0.0.1', port: 0 });
}

function settingsOf(env: Record<string, string>): Settings {
  const read = readSettings(env);
  if (!read.ok) throw new Error(read.problems.join());
  return read.settings;
}
function channels() {
  return createGraphClient({ instagramGraphUrl: `${simulator.url}/instagram`, facebookGraphUrl: `${simulator.url}/facebook`, facebookAppSecret: 'facebook_secret' });
}

type Answered = { status: number; body: any; type: string; headers: Headers };

async function call(method: string, path: string, { token, json, form, raw }: { token?: string; json?: unknown; form?: Record<string, string>; raw?: { type: string; body: string } } = {}): Promise<Answered> {
  const type = raw?.type ?? (form !== undefined ? 'application/x-www-form-urlencoded' : 'application/json');
  const sent = raw?.body ?? (form !== undefined ? new URLSearchParams(form).toString() : json === undefined ? undefined : JSON.stringify(json));
  const response = await fetch(url + path, {
    method,
    headers: { ...(sent === undefined ? {} : { 'content-type': type }), ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
    ...(sent === undefined ? {} : { body: sent }),
  });
  const text = await response.text();
  const answered = { status: response.status, type: (response.headers.get('content-type') ?? '').split(';')[0]!, headers: response.headers };
  const body = answered.type.endsWith('json') ? (JSON.parse(text) as unknown) : text;
  await holdToDescription(method, path, answered.status, answered.type, body);
  return { ...answered, body };
}

/** Every answer of every test is held to what the server says about itself. */
async function holdToDescription(method: string, path: string, status: number, type: string, body: unknown): Promise<void> {
  const description = (await (await fetch(`${url}/api/openapi.json`)).json()) as any;
  const known = Object.keys(description.paths).find((template) => new RegExp(`^${template.replace(/\{\w+\}/g, '[^/]+')}$`).test(path.split('?')[0]!));
  const operation = known === undefined ? undefined : description.paths[known][method.toLowerCase()];
  if (operation === undefined) {
    expect({ status, type, code: (body as any).code }).toMatchObject(path === '/broken' ? { status: 500 } : { status: 404, type: 'application/problem+json', code: 'not_found' });
    return;
  }
  const content = operation.responses[status]?.content;
  expect(Object.keys(content ?? {}), `${method} ${path} answered ${status} ${type} ${JSON.stringify(body)}`).toContain(type);
  const schema = { ...content[type].schema, components: undefined };
  const resolved = schema.$ref === undefined ? schema : description.components.schemas.Problem;
  expect(z.fromJSONSchema(resolved).safeParse(body).error, `${method} ${path} ${status}`).toBeUndefined();
}

async function agencyWith(name = 'Nordic Saunas') {
  const { agencyId, ownerCode } = await foundAgency({ store, vault }, { name, plan: 'plus' }, now);
  const owner = (await call('POST', '/api/devices', { json: { code: ownerCode, name: 'Ida' } })).body;
  return { agencyId, owner, token: owner.deviceToken as string };
}
async function join_(agencyId: string, role: Role) {
  const { code } = await store.forAgency(agencyId).write(async (tx) => {
    const work = new AgencyWork(tx, now);
    const made = await makeCode(work, { role, personId: null, lifeMs: inviteLifeMs, by: 'operator' });
    await work.finish();
    return made;
  });
  return (await call('POST', '/api/devices', { json: { code, name: role } })).body;
}
async function accountOf(agencyId: string, channel: 'instagram' | 'facebook' = 'instagram') {
  const simulated = await simulator.client.addAccount({ channel, name: 'Fjord & Steam', username: 'fjord' });
  const added = await addAccount({ store, vault, channels: channels(), clock: () => now }, { agencyId, channel, token: simulated.token, tokenExpiresAt: null, by: 'operator' });
  if (!added.ok) throw new Error(added.detail);
  return { ...added, channel, appScopedId: simulated.appScopedId };
}
type KnownAccount = Awaited<ReturnType<typeof accountOf>>;

async function received(agencyId: string, account: KnownAccount, senderId: string, text: string, sentAt = now) {
  await store.forAgency(agencyId).write(async (tx) => {
    const work = new AgencyWork(tx, now);
    await applyEvent(work, { id: account.accountId, channel: account.channel }, {
      kind: 'message_received',
      accountNativeId: account.nativeId,
      contact: { senderId, name: `Buyer ${senderId}`, username: null },
      nativeMessageId: `mid.${senderId}.${sentAt}`,
      sentAt,
      messageKind: 'text',
      text,
      attachments: [],
      replyTo: null,
      source: { kind: 'dm', postId: null, commentId: null, adTitle: null },
    });
    await work.finish();
  });
}
async function commented(agencyId: string, account: KnownAccount, senderId: string, commentId: string) {
  await store.forAgency(agencyId).write(async (tx) => {
    const work = new AgencyWork(tx, now);
    await applyEvent(work, { id: account.accountId, channel: account.channel }, {
      kind: 'comment_received',
      accountNativeId: account.nativeId,
      contact: { senderId, name: null, username: 'commenter' },
      commentId,
      parentId: null,
      postId: 'post1',
      permalink: null,
      sentAt: now,
      text: 'How much?',
      adTitle: null,
      own: false,
    });
    await work.finish();
  });
}
const conversations = async (token: string, query = '') => (await call('GET', `/api/conversations${query}`, { token })).body;

describe('devices', () => {
  test('a code becomes a token with exactly the promised fields', async () => {
    const { ownerCode, agencyId } = await foundAgency({ store, vault }, { name: 'Nordic Saunas', plan: 'plus' }, now);
    const { status, body } = await call('POST', '/api/devices', { json: { code: ownerCode, name: 'Ida' } });
    expect(status).toBe(201);
    expect(body).toEqual({
      deviceToken: expect.any(String),
      deviceId: expect.any(String),
      agency: { id: agencyId, name: 'Nordic Saunas' },
      person: { id: expect.any(String), name: 'Ida', role: 'owner' },
    });
    expect((await call('POST', '/api/devices', { json: { code: ownerCode, name: 'Ida' } })).body).toMatchObject({ status: 403, code: 'code_invalid' });
  });

  test('wrong codes are counted by the address that the proxy on this machine names', async () => {
    const wrong = (from: string) =>
      fetch(`${url}/api/devices`, { method: 'POST', headers: { 'content-type': 'application/json', 'x-forwarded-for': from }, body: '{"code":"AAAAA-AAAAA","name":"x"}' });
    for (let attempt = 0; attempt < 10; attempt += 1) expect((await wrong('203.0.113.7')).status).toBe(403);
    expect((await wrong('203.0.113.7')).status).toBe(429);
    expect((await wrong('203.0.113.8')).status).toBe(403);
  });

  test('owners see and revoke devices, others only end their own', async () => {
    const { agencyId, token, owner } = await agencyWith();
    const agent = await join_(agencyId, 'agent');
    expect((await call('GET', '/api/devices', { token: agent.deviceToken })).body.code).toBe('forbidden');
    expect((await call('GET', '/api/devices', { token })).body.items).toHaveLength(2);
    expect((await call('DELETE', `/api/devices/${owner.deviceId}`, { token: agent.deviceToken })).body.code).toBe('forbidden');
    expect((await call('DELETE', `/api/devices/${agent.deviceId}`, { token })).status).toBe(200);
    expect(revoked).toEqual([agent.deviceId]);
    expect((await call('GET', '/api/conversations', { token: agent.deviceToken })).status).toBe(401);
    expect((await call('DELETE', `/api/devices/${agent.deviceId}`, { token })).status).toBe(404);
  });

  test('without a token, or with one of another form, nothing is told', async () => {
    for (const path of ['/api/conversations', '/api/conversations/x/messages']) {
      expect((await call('GET', path)).body).toMatchObject({ status: 401, code: 'unauthorized' });
      expect((await call('GET', path, { token: 'A'.repeat(43) })).status).toBe(401);
      expect((await call('GET', path, { token: "' or 1=1" })).status).toBe(401);
    }
    expect((await call('POST', '/api/messages', { json: {} })).status).toBe(401);
    expect((await call('POST', '/api/instagram/connect')).status).toBe(401);
  });
});

describe('conversations', () => {
  test('have exactly the promised fields and the window as it stands now', async () => {
    const { agencyId, token } = await agencyWith();
    await received(agencyId, await accountOf(agencyId), '1001', 'Hei! Må jeg bestille? 🌊', now - hourMs);
    expect(await conversations(token)).toEqual({
      items: [
        {
          id: expect.any(String),
          channel: 'instagram',
          contact: { id: expect.any(String), name: 'Buyer 1001', username: null },
          lastMessageAt: now - hourMs,
          window: { kind: 'standard', expiresAt: now + 23 * hourMs },
          state: 'needs_answer',
        },
      ],
      nextCursor: null,
    });
    now += 23 * hourMs;
    expect((await conversations(token)).items[0].window.kind).toBe('closed');
  });

  test('are paged without gap or double, also where times are equal and new ones arrive meanwhile', async () => {
    const { agencyId, token } = await agencyWith();
    const account = await accountOf(agencyId);
    for (let buyer = 0; buyer < 7; buyer += 1) await received(agencyId, account, `20${buyer}`, 'hi', now - (buyer % 3) * 1_000);
    expect((await conversations(token, '?limit=7')).nextCursor).toBeNull();
    const first = await conversations(token, '?limit=3');
    await received(agencyId, account, '999', 'later', now + 5_000);
    const second = await conversations(token, `?limit=3&cursor=${first.nextCursor}`);
    const third = await conversations(token, `?limit=3&cursor=${second.nextCursor}`);
    const ids = [...first.items, ...second.items, ...third.items].map(({ id }) => id);
    expect([first.items.length, second.items.length, third.items.length, third.nextCursor]).toEqual([3, 3, 1, null]);
    expect(new Set(ids).size).toBe(7);
  });

  test.each(['limit=0', 'limit=201', 'limit=x', 'limit=1.5', 'cursor=nonsense', 'limit='])('%s is refused', async (query) => {
    const { token } = await agencyWith();
    expect((await call('GET', `/api/conversations?${query}`, { token })).body).toMatchObject({ status: 400, code: 'invalid_request' });
  });

  test('messages come newest first, paged, with exactly the promised fields', async () => {
    const { agencyId, token } = await agencyWith();
    const account = await accountOf(agencyId);
    for (const minute of [3, 1, 2]) await received(agencyId, account, '1', `message ${minute}`, now - minute * 60_000);
    const { id } = (await conversations(token)).items[0];
    const { body: first } = await call('GET', `/api/conversations/${id}/messages?limit=2`, { token });
    expect(first.items.map(({ text }: { text: string }) => text)).toEqual(['message 1', 'message 2']);
    expect(first.items[0]).toEqual({
      id: expect.any(String),
      direction: 'inbound',
      kind: 'text',
      text: 'message 1',
      nativeMessageId: `mid.1.${now - 60_000}`,
      sentAt: now - 60_000,
      state: 'received',
      attachments: [],
    });
    const { body: second } = await call('GET', `/api/conversations/${id}/messages?limit=2&cursor=${first.nextCursor}`, { token });
    expect(second).toMatchObject({ items: [{ text: 'message 3' }], nextCursor: null });
  });

  test('another agency sees none of it', async () => {
    const ours = await agencyWith('Ours');
    await received(ours.agencyId, await accountOf(ours.agencyId), '1', 'private');
    const { id } = (await conversations(ours.token)).items[0];
    const theirs = await agencyWith('Theirs');
    expect((await conversations(theirs.token)).items).toEqual([]);
    expect((await call('GET', `/api/conversations/${id}/messages`, { token: theirs.token })).body.code).toBe('not_found');
    const send = { conversationId: id, clientMessageId: newId(), text: 'hello' };
    expect((await call('POST', '/api/messages', { token: theirs.token, json: send })).body.code).toBe('not_found');
  });
});

describe('sending', () => {
  async function conversation() {
    const agency = await agencyWith();
    const account = await accountOf(agency.agencyId);
    await received(agency.agencyId, account, '1', 'How much?');
    return { ...agency, account, id: (await conversations(agency.token)).items[0].id as string };
  }

  test('is accepted once; the same id again gets the same answer, with other words a refusal', async () => {
    const { token, id } = await conversation();
    const json = { conversationId: id, clientMessageId: newId(), text: 'It is 4,900.' };
    const first = await call('POST', '/api/messages', { token, json });
    expect(first).toMatchObject({ status: 202, body: { id: expect.any(String), state: 'queued' } });
    expect(Object.keys(first.body)).toEqual(['id', 'state']);
    const again = await call('POST', '/api/messages', { token, json });
    expect([again.status, again.body]).toEqual([202, first.body]);
    expect((await call('POST', '/api/messages', { token, json: { ...json, text: 'other' } })).body).toMatchObject({ status: 422, code: 'id_reused' });
    const { body } = await call('GET', `/api/conversations/${id}/messages`, { token });
    expect(body.items.filter(({ direction }: { direction: string }) => direction === 'outbound')).toHaveLength(1);
  });

  test.each(['scheduledAt', 'template', 'recipients'])('%s does not exist: nothing is sent but by a person, now', async (field) => {
    const { token, id } = await conversation();
    const json = { conversationId: id, clientMessageId: newId(), text: 'x', [field]: 1 };
    expect((await call('POST', '/api/messages', { token, json })).body).toMatchObject({ status: 403, code: 'policy_refused', detail: expect.stringContaining(field) });
  });

  test('refusals of the gate come with their status', async () => {
    const { agencyId, token, id } = await conversation();
    const send = (text: string, by = token) => call('POST', '/api/messages', { token: by, json: { conversationId: id, clientMessageId: newId(), text } });
    expect((await send('ø'.repeat(501))).body).toMatchObject({ status: 422, code: 'text_too_long' });
    expect((await send('  ')).body).toMatchObject({ status: 422, code: 'text_empty' });
    expect((await send('hi', (await join_(agencyId, 'viewer')).deviceToken)).body).toMatchObject({ status: 403, code: 'forbidden' });
    now += 24 * hourMs;
    expect((await send('late')).body).toMatchObject({ type: 'urn:transom:problem:window_closed', status: 409, code: 'window_closed' });
  });

  test('a comment gets its one private reply, named by Meta\u2019s id', async () => {
    const { agencyId, token, account } = await conversation();
    await commented(agencyId, account, '77', '17900000000000077');
    const reply = (clientMessageId = newId()) => call('POST', '/api/comments/17900000000000077/private-reply', { token, json: { clientMessageId, text: 'We wrote you.' } });
    expect(await reply()).toMatchObject({ status: 202, body: { state: 'queued' } });
    expect((await reply()).body).toMatchObject({ status: 409, code: 'private_reply_used' });
    expect((await call('POST', '/api/comments/unknown/private-reply', { token, json: { clientMessageId: newId(), text: 'x' } })).body.code).toBe('not_found');
  });

  test.each([
    ['{', 'application/json', 400, 'invalid_request'],
    ['', 'application/json', 400, 'invalid_request'],
    ['null', 'application/json', 400, 'invalid_request'],
    ['[]', 'application/json', 400, 'invalid_request'],
    ['"x"', 'application/json', 400, 'invalid_request'],
    ['{"__proto__":{"x":1}}', 'application/json', 400, 'invalid_request'],
    ['{"conversationId":1,"clientMessageId":"a","text":"x"}', 'application/json', 400, 'invalid_request'],
    ['a=b', 'application/x-www-form-urlencoded', 400, 'invalid_request'],
    ['x', 'image/png', 400, 'invalid_request'],
    [`{"text":"${'x'.repeat(300_000)}"}`, 'application/json', 413, 'body_too_large'],
  ])('the body %.40s (%s) is answered with %i %s', async (body, type, status, code) => {
    const { token } = await agencyWith();
    expect(await call('POST', '/api/messages', { token, raw: { type, body } })).toMatchObject({ status, type: 'application/problem+json', body: { status, code } });
  });
});

describe('connect', () => {
  test('sends the owner to Meta with the permissions that are needed, and a state that works once', async () => {
    const { token, agencyId, owner } = await agencyWith();
    const { status, body } = await call('POST', '/api/instagram/connect', { token });
    const authorize = new URL(body.authorizeUrl);
    expect([status, authorize.origin + authorize.pathname]).toEqual([200, 'https://www.instagram.com/oauth/authorize']);
    expect(Object.fromEntries(authorize.searchParams)).toEqual({
      client_id: '4711',
      redirect_uri: 'https://relay.example.com/api/instagram/callback',
      response_type: 'code',
      scope: 'instagram_business_basic,instagram_business_manage_messages,instagram_business_manage_comments',
      state: expect.stringMatching(/^[\w-]{43}$/),
    });
    const state = authorize.searchParams.get('state')!;
    expect(await finishSignIn(store, 'facebook', state, now)).toBeNull();
    expect(await finishSignIn(store, 'instagram', state, now)).toEqual({ agencyId, personId: owner.person.id, deviceId: owner.deviceId });
    expect(await finishSignIn(store, 'instagram', state, now)).toBeNull();
  });

  test('a state expires after ten minutes', async () => {
    const { token } = await agencyWith();
    const { body } = await call('POST', '/api/instagram/connect', { token });
    expect(await finishSignIn(store, 'instagram', new URL(body.authorizeUrl).searchParams.get('state')!, now + 600_000)).toBeNull();
  });

  test('is for owners, and says what is not configured', async () => {
    const { token, agencyId } = await agencyWith();
    expect((await call('POST', '/api/instagram/connect', { token: (await join_(agencyId, 'agent')).deviceToken })).body.code).toBe('forbidden');
    expect((await call('POST', '/api/facebook/connect', { token })).body).toMatchObject({ status: 409, code: 'not_configured', detail: expect.stringContaining('FACEBOOK_APP_ID') });
  });
});

describe('Meta\u2019s duties', () => {
  const vector = 'uMeQNhBIic1fQdJewxmHjTsiSneUcwkiBeNYdoFrQzY.eyJhbGdvcml0aG0iOiJITUFDLVNIQTI1NiIsImlzc3VlZF9hdCI6MTc5MDAwMDAwMCwidXNlcl9pZCI6IjEyMzQ1Njc4OTAxMjM0NTYifQ';
  function sign(payload: object, by = secret) {
    const encoded = Buffer.from(JSON.stringify(payload)).toString('base64url');
    return `${createHmac('sha256', by).update(encoded).digest('base64url')}.${encoded}`;
  }
  const about = (userId: string, by = secret) => sign({ algorithm: 'HMAC-SHA256', issued_at: 1, user_id: userId }, by);
  const form = (signed_request: string) => ({ form: { signed_request } });
  const stateOf = (agencyId: string) =>
    store.forAgency(agencyId).read((tx) => tx.get<{ state: string; token: string | null }>(`select state, token from accounts where agency_id = :agency`));

  test('the known signed_request is understood', async () => {
    expect(await call('POST', '/api/meta/deauthorize', form(vector))).toMatchObject({ status: 200, body: { disconnected: 0 } });
  });

  test.each([
    ['another secret', () => sign({ algorithm: 'HMAC-SHA256', user_id: '1' }, 'wrong')],
    ['another algorithm', () => sign({ algorithm: 'none', user_id: '1' })],
    ['a changed payload', () => `${vector.split('.')[0]}.${Buffer.from('{"algorithm":"HMAC-SHA256","user_id":"2"}').toString('base64url')}`],
    ['a third part', () => `${vector}.x`],
    ['no signature', () => `.${vector.split('.')[1]}`],
    ['nonsense', () => 'x'],
  ])('%s is refused and touches nothing', async (_what, signed) => {
    const { agencyId } = await agencyWith();
    await accountOf(agencyId);
    expect((await call('POST', '/api/meta/data-deletion', form(signed()))).status).toBe(401);
    expect((await call('POST', '/api/meta/deauthorize', form(signed()))).status).toBe(401);
    expect(await stateOf(agencyId)).toMatchObject({ state: 'connected' });
  });

  test('deauthorizing ends the accounts of this person on this channel, and no others', async () => {
    const ours = await agencyWith('Ours');
    const account = await accountOf(ours.agencyId);
    const theirs = await agencyWith('Theirs');
    await accountOf(theirs.agencyId);
    expect((await call('POST', '/api/meta/deauthorize', form(about(account.appScopedId, 'facebook_secret')))).body).toEqual({ disconnected: 0 });
    expect((await call('POST', '/api/meta/deauthorize', form(about(account.appScopedId)))).body).toEqual({ disconnected: 1 });
    expect(await stateOf(ours.agencyId)).toEqual({ state: 'disconnected', token: null });
    expect(await stateOf(theirs.agencyId)).toMatchObject({ state: 'connected', token: expect.any(String) });
  });

  test('a deletion takes the token within the request, erases every word, and shows how far it is', async () => {
    const { agencyId, token } = await agencyWith();
    const account = await accountOf(agencyId);
    await received(agencyId, account, '5005', 'my private question');
    const { status, body } = await call('POST', '/api/meta/data-deletion', form(about(account.appScopedId)));
    expect(status).toBe(200);
    expect(body.url).toBe(`https://relay.example.com/api/meta/data-deletion/${body.confirmation_code}`);
    expect(await stateOf(agencyId)).toEqual({ state: 'disconnected', token: null });
    await expect.poll(async () => (await call('GET', `/api/meta/data-deletion/${body.confirmation_code}`)).body).toContain('Everything was erased');
    const [item] = (await conversations(token)).items;
    expect(item.contact).toMatchObject({ name: null, username: null });
    expect((await call('GET', `/api/conversations/${item.id}/messages`, { token })).body.items).toMatchObject([{ text: null, attachments: [] }]);
    const left = await store.forAgency(agencyId).read((tx) =>
      tx.all(`select entity_id from changes where agency_id = :agency and body like '%private question%'
              union select id from contacts where agency_id = :agency and sender_id = '5005'`),
    );
    expect(left).toEqual([]);
  });

  test('a request that a crash left open is finished at the next start', async () => {
    const { agencyId, token } = await agencyWith();
    const account = await accountOf(agencyId);
    await received(agencyId, account, '6006', 'to be erased');
    await store.write((tx) => tx.run(`insert into deletion_requests (code, app_scoped_id, received_at) values ('0123456789abcdef01234567', :person, 1)`, { person: `instagram:${account.appScopedId}` }));
    await app.close();
    await serve();
    await expect.poll(async () => (await call('GET', '/api/meta/data-deletion/0123456789abcdef01234567')).body).toContain('Everything was erased');
    expect((await conversations(token)).items[0].contact.name).toBeNull();
  });

  test('an unknown code is not found', async () => {
    expect((await call('GET', '/api/meta/data-deletion/000000000000000000000000')).status).toBe(404);
  });
});

describe('health', () => {
  test('the relay is alive and ready', async () => {
    expect((await call('GET', '/healthz')).body).toEqual({ ok: true });
    expect(await call('GET', '/readyz')).toMatchObject({ status: 200, body: { ready: true, problems: [] } });
    expect(await store.read((tx) => tx.get(`select at from probes where name = 'readyz'`))).toEqual({ at: now });
  });

  test('a database that takes no writes makes it not ready, in words', async () => {
    await store.write((tx) => tx.run(`insert into probes (name, at) values ('x', 1)`));
    let release = () => {};
    const held = store.write(() => new Promise<void>((resolve) => { release = resolve; }));
    try {
      expect(await call('GET', '/readyz')).toMatchObject({ status: 503, body: { ready: false, problems: [expect.stringContaining('within a second')] } });
    } finally {
      release();
      await held;
    }
  });

  test('deliveries that nobody looks at make it not ready; those that wait for a retry do not', async () => {
    const insert = (attempts: number) =>
      store.write((tx) => tx.run(`insert into deliveries (received_at, route, signed_by, body, attempts) values (:at, 'instagram', 'x', :body, :attempts)`, { at: now - 61_000, body: Buffer.from('{}'), attempts }));
    await insert(1);
    expect((await call('GET', '/readyz')).status).toBe(200);
    await insert(0);
    await expect.poll(async () => (await call('GET', '/readyz')).status, { timeout: 5_000 }).toBe(503);
  });

  test('metrics are text for this machine, and not for what comes through a proxy', async () => {
    const { status, body, type } = await call('GET', '/metrics');
    expect([status, type]).toEqual([200, 'text/plain']);
    expect(body).toMatch(/^# TYPE transom_deliveries_pending gauge\ntransom_deliveries_pending 0$/m);
    const proxied = await fetch(`${url}/metrics`, { headers: { 'x-forwarded-for': '203.0.113.7' } });
    expect(proxied.status).toBe(404);
  });
});

describe('whatever comes in', () => {
  test.each([['PUT', '/api/messages'], ['GET', '/api/messages'], ['DELETE', '/api/conversations'], ['GET', '/'], ['POST', '/api/nothing'], ['GET', '/api/conversations/x/y/z']])(
    '%s %s is not found, as a problem document',
    async (method, path) => {
      expect(await call(method, path)).toMatchObject({ status: 404, type: 'application/problem+json', body: { code: 'not_found' } });
    },
  );

  test('a broken address is answered as a problem', async () => {
    const answered = await new Promise<{ status: number; body: string }>((resolve, reject) => {
      const { port } = app.server.address() as AddressInfo;
      httpRequest({ host: '127.0.0.1', port, path: '/api/conversations/%E0%A4%A/messages' }, (response) => {
        let body = '';
        response.on('data', (chunk) => { body += chunk; }).on('end', () => resolve({ status: response.statusCode!, body }));
      }).on('error', reject).end();
    });
    expect(answered.status).toBe(400);
    expect(JSON.parse(answered.body)).toMatchObject({ code: 'invalid_request' });
  });

  test('an unexpected error tells nothing of itself, neither to the caller nor to the log', async () => {
    const { status, body } = await call('GET', '/broken');
    expect([status, body.code]).toEqual([500, 'internal_error']);
    expect(JSON.stringify(body) + log).not.toContain('secret words');
    expect(log).toContain('"route":"/broken"');
    expect(JSON.stringify(body)).not.toContain('api.test.ts');
  });

  test('the description names every call of the design', async () => {
    const { body } = await call('GET', '/api/openapi.json');
    expect(Object.keys(body.paths)).toEqual(
      expect.arrayContaining([
        '/api/webhooks/instagram', '/api/webhooks/facebook', '/api/instagram/webhook', '/api/devices', '/api/conversations',
        '/api/conversations/{id}/messages', '/api/messages', '/api/comments/{id}/private-reply', '/api/instagram/connect', '/api/facebook/connect',
        '/api/meta/deauthorize', '/api/meta/data-deletion', '/api/meta/data-deletion/{code}', '/api/openapi.json', '/healthz', '/readyz', '/metrics',
      ]),
    );
  });
});
