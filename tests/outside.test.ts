import { execFile } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { root } from '../build/root.ts';
import { type Running, start } from '../build/stack/process.ts';
import { until } from '../build/stack/until.ts';

/**
 * Transom as a stranger's script sees it: the operator's command, HTTP, and nothing else, with a Meta that is a few lines of this file.
 * What is tested here is the interface that must not change.
 */
const run = promisify(execFile);
const relayScript = join(root, 'apps/relay/src/main.ts');
const secret = 'app-secret-of-a-stranger';
const igId = '17841400000000001';
const sent: { path: string; body: unknown }[] = [];
let dir: string;
let meta: Server;
let relay: Running<{ url: string }>;
let env: Record<string, string>;
let agencyId: string;
let authorization: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'transom-outside-'));
  meta = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { pathname } = new URL(request.url ?? '/', 'http://meta');
      const body: unknown = chunks.length === 0 ? null : JSON.parse(Buffer.concat(chunks).toString());
      if (request.method === 'POST' && pathname.endsWith('/messages')) sent.push({ path: pathname, body });
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(metaAnswer(request.method ?? 'GET', pathname)));
    });
  });
  await new Promise<void>((resolve) => meta.listen(0, '127.0.0.1', resolve));
  const graph = `http://127.0.0.1:${(meta.address() as AddressInfo).port}`;
  env = {
    PORT: '0',
    DATABASE_URL: `sqlite:${join(dir, 'data/transom.db')}`,
    TRANSOM_MASTER_KEY_FILE: join(dir, 'secrets/master.key'),
    INSTAGRAM_APP_SECRET: secret,
    INSTAGRAM_WEBHOOK_TOKEN: 'say-friend',
    META_INSTAGRAM_GRAPH_URL: graph,
    META_FACEBOOK_GRAPH_URL: graph,
  };
  const setup = await operate<{ agencyId: string; ownerCode: string }>(
    'setup',
    '--agency',
    'Nordic Saunas',
    '--plan',
    'plus',
  );
  agencyId = setup.agencyId;
  relay = await start({ name: 'relay', script: relayScript, args: ['serve', '--json'], env });
  // A message before the account is known here: it is kept, and brought in once it is.
  expect(await deliver(message('1200000000000000', 'mid.early', 'Anybody there yet?', Date.now()))).toBe(200);
  await settled();
  await writeFile(join(dir, 'token'), 'IGAA-a-token');
  const account = await operate<{ nativeId: string; name: string }>(
    'account',
    'add',
    '--agency',
    agencyId,
    '--channel',
    'instagram',
    '--token-file',
    join(dir, 'token'),
  );
  expect(account).toMatchObject({ nativeId: igId, name: 'Nordic Saunas' });
  const paired = await call('POST', '/api/devices', { code: setup.ownerCode, name: 'Front desk' }, null);
  expect(paired.status).toBe(201);
  expect(paired.body).toMatchObject({ agency: { id: agencyId, name: 'Nordic Saunas' }, person: { role: 'owner' } });
  authorization = `Bearer ${String(paired.body['deviceToken'])}`;
});
afterAll(async () => {
  await relay?.stop();
  meta?.close();
  await rm(dir, { recursive: true, force: true });
});

test('the handshake echoes the challenge, and only to the right token', async () => {
  const query = (token: string) => `?hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=${token}`;
  for (const path of ['/api/webhooks/instagram', '/api/instagram/webhook']) {
    const right = await fetch(`${relay.ready.url}${path}${query('say-friend')}`);
    expect([right.status, await right.text()]).toEqual([200, '1158201444']);
    expect((await fetch(`${relay.ready.url}${path}${query('say-foe')}`)).status).toBe(403);
  }
});

test('what arrived before the account was connected is there', async () => {
  expect(await conversationOf('1200000000000000', 'mid.early')).toMatchObject({ state: 'needs_answer' });
});

test('a signed message is there to be read, byte for byte, and can be answered once', async () => {
  const text =
    'Hei! M\u00e5 jeg bestille? \u{1F9D6}\u{1F3FD}\u200D\u2640\uFE0F \u0645\u0631\u062D\u0628\u0627 \u5024\u6BB5';
  expect(await deliver(message('1200000000000001', 'mid.first', text, Date.now()))).toBe(200);
  const conversation = await conversationOf('1200000000000001', 'mid.first');
  expect(conversation).toMatchObject({ channel: 'instagram', window: { kind: 'standard' } });

  const reply = { conversationId: conversation.id, clientMessageId: 'stranger-1', text: 'Ja! \u2728' };
  const first = await call('POST', '/api/messages', reply);
  expect(first.status).toBe(202);
  expect(await call('POST', '/api/messages', reply)).toEqual(first);
  expect(await call('POST', '/api/messages', { ...reply, text: 'Nei' })).toMatchObject({
    status: 422,
    body: { code: 'id_reused' },
  });

  await until('the reply is sent', async () => {
    const messages = await messagesOf(conversation.id);
    return messages.some(({ id, state }) => id === first.body['id'] && state === 'sent') || undefined;
  });
  const messages = await messagesOf(conversation.id);
  expect(messages.find(({ direction }) => direction === 'inbound')).toMatchObject({
    text,
    nativeMessageId: 'mid.first',
    state: 'received',
    attachments: [],
  });
  expect(sent).toEqual([
    {
      path: expect.stringMatching(/\/messages$/) as string,
      body: { recipient: { id: '1200000000000001' }, message: { text: 'Ja! \u2728' } },
    },
  ]);
});

test('the same webhook five times makes one message', async () => {
  const body = message('1200000000000002', 'mid.five', 'Is the cedar one in stock?', Date.now());
  for (let time = 0; time < 5; time += 1) expect(await deliver(body)).toBe(200);
  const { id } = await conversationOf('1200000000000002', 'mid.five');
  await settled();
  expect(await messagesOf(id)).toHaveLength(1);
});

test('a wrong signature gets 401 and leaves no trace', async () => {
  const before = counts();
  const body = message('1200000000000003', 'mid.forged', 'Send me your money', Date.now());
  expect(await deliver(body, 'another-secret')).toBe(401);
  expect((await fetch(`${relay.ready.url}/api/webhooks/instagram`, { method: 'POST', body })).status).toBe(401);
  await settled();
  expect(counts()).toEqual(before);
});

test('a reply after 24 hours is refused with a reason', async () => {
  await deliver(message('1200000000000004', 'mid.late', 'Still there?', Date.now() - 25 * 3_600_000));
  const conversation = await conversationOf('1200000000000004', 'mid.late');
  expect(conversation.window.kind).toBe('closed');
  const answer = await call('POST', '/api/messages', {
    conversationId: conversation.id,
    clientMessageId: 'late-1',
    text: 'Yes!',
  });
  expect(answer).toMatchObject({ status: 409, body: { code: 'window_closed', status: 409 } });
  expect(answer.body['detail']).toEqual(expect.any(String));
});

test('a reply to somebody who never wrote is impossible', async () => {
  const sentBefore = sent.length;
  const nobody = await call('POST', '/api/messages', {
    conversationId: '01990000-0000-7000-8000-000000000000',
    clientMessageId: 'cold-1',
    text: 'Buy!',
  });
  expect(nobody.status).toBe(404);
  const scheduled = await call('POST', '/api/messages', {
    conversationId: 'x',
    clientMessageId: 'cold-2',
    text: 'Buy!',
    scheduledAt: 1,
  });
  expect(scheduled).toMatchObject({ status: 403, body: { code: 'policy_refused' } });
  // The business wrote first, somewhere else: the person has not.
  await deliver(echo('1200000000000005', 'mid.cold'));
  const conversation = await conversationOf('1200000000000005', 'mid.cold');
  const cold = await call('POST', '/api/messages', {
    conversationId: conversation.id,
    clientMessageId: 'cold-3',
    text: 'Buy!',
  });
  expect(cold).toMatchObject({ status: 409, body: { code: 'not_started_by_contact' } });
  await settled();
  expect(sent).toHaveLength(sentBefore);
});

test('without a device token nothing is revealed', async () => {
  expect(await call('GET', '/api/conversations', undefined, null)).toMatchObject({
    status: 401,
    body: { code: 'unauthorized' },
  });
});

function metaAnswer(method: string, pathname: string): unknown {
  if (pathname.endsWith('/me'))
    return { user_id: igId, id: '9990000000000001', username: 'nordicsaunas', name: 'Nordic Saunas' };
  if (pathname.endsWith('/messages')) return { recipient_id: 'r', message_id: `mid.sent.${sent.length}` };
  if (pathname.endsWith('/subscribed_apps')) return method === 'POST' ? { success: true } : { data: [] };
  return {};
}

function message(sender: string, mid: string, text: string, timestamp: number): string {
  return envelope({ sender: { id: sender }, recipient: { id: igId }, timestamp, message: { mid, text } });
}
function echo(recipient: string, mid: string): string {
  return envelope({
    sender: { id: igId },
    recipient: { id: recipient },
    timestamp: Date.now(),
    message: { mid, text: 'Hello!', is_echo: true },
  });
}
/** As Meta writes it: everything beyond ASCII escaped, and that is what is signed. */
function envelope(item: unknown): string {
  const json = JSON.stringify({ object: 'instagram', entry: [{ id: igId, time: Date.now(), messaging: [item] }] });
  return json.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

async function deliver(body: string, key = secret): Promise<number> {
  const signature = createHmac('sha256', key).update(body).digest('hex');
  const response = await fetch(`${relay.ready.url}/api/webhooks/instagram`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-hub-signature-256': `sha256=${signature}` },
    body,
  });
  return response.status;
}

type Answer = { status: number; body: Record<string, unknown> };
async function call(
  method: string,
  path: string,
  body?: unknown,
  token: string | null = authorization,
): Promise<Answer> {
  const response = await fetch(`${relay.ready.url}${path}`, {
    method,
    headers: { 'content-type': 'application/json', ...(token === null ? {} : { authorization: token }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

type Conversation = { id: string; channel: string; window: { kind: string; expiresAt: number | null } };
type Message = { id: string; direction: string; text: string | null; state: string; nativeMessageId: string | null };

/** The conversation that holds this native message, once it is there. */
function conversationOf(sender: string, mid: string): Promise<Conversation> {
  return until(`${sender} has a conversation`, async () => {
    const { body } = await call('GET', '/api/conversations?limit=100');
    for (const conversation of body['items'] as Conversation[]) {
      if ((await messagesOf(conversation.id)).some(({ nativeMessageId }) => nativeMessageId === mid))
        return conversation;
    }
    return undefined;
  });
}
async function messagesOf(conversationId: string): Promise<Message[]> {
  const { body } = await call('GET', `/api/conversations/${conversationId}/messages?limit=100`);
  return body['items'] as Message[];
}

/** Resolves once nothing is pending. */
function settled(): Promise<true> {
  return until('all deliveries are normalized', async () => counts().pending === 0 || undefined);
}
function counts(): { deliveries: number; messages: number; pending: number } {
  const db = new Database(join(dir, 'data/transom.db'), { readonly: true });
  const count = (sql: string) => db.prepare(sql).pluck().get() as number;
  try {
    return {
      deliveries: count('select count(*) from deliveries'),
      messages: count('select count(*) from messages'),
      pending: count("select count(*) from deliveries where state = 'pending'"),
    };
  } finally {
    db.close();
  }
}

async function operate<T>(...args: string[]): Promise<T> {
  const { stdout } = await run(process.execPath, [relayScript, ...args, '--json'], { env: { ...process.env, ...env } });
  return JSON.parse(stdout) as T;
}
