import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join as joinPath } from 'node:path';
import type { Role } from '@transom/shared';
import { type Simulator, startSimulator } from '@transom/simulator';
import fastify, { type FastifyInstance } from 'fastify';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import * as z from 'zod';
import { addAccount } from '../../accounts/add-account.ts';
import { connectChannels, takeOut } from '../../channels/all.ts';
import { metaDuties } from '../../channels/meta/duties.ts';
import { callsTo } from '../../channels/testing/connectors.ts';
import { Allowances } from '../../fair-share/allowance.ts';
import { applyEvent } from '../../inbox/apply-event.ts';
import { createInbox } from '../../inbox/create-inbox.ts';
import { inWork } from '../../ledger/agency-work.ts';
import { createLogger } from '../../log.ts';
import { inviteLifeMs, makeCode } from '../../people/codes.ts';
import { createAgency } from '../../people/create-agency.ts';
import { readSettings, type Settings } from '../../settings.ts';
import type { Store } from '../../store/port.ts';
import { openSqliteStore } from '../../store/sqlite/open.ts';
import { ensureMasterKey } from '../../vault/master-key.ts';
import { Vault } from '../../vault/vault.ts';
import { trustedHop } from '../caller.ts';
import { Metrics } from '../metrics.ts';
import { answerUnreadable } from '../problems.ts';
import { registerApi } from '../register-api.ts';

export const secret = 'test_app_secret';
let folder: string;
export let store: Store;
export let vault: Vault;
let simulator: Simulator;
export let app: FastifyInstance;
export let url: string;
export let now: number;
export let log: string;
export let revoked: string[];

/** Before each test: an empty database, a relay's API that listens, and a stand-in for Meta. `now` is the time that all of it sees. */
export function useApiRoom(): void {
  beforeAll(async () => {
    simulator = await startSimulator({ instagramAppSecret: secret, facebookAppSecret: 'facebook_secret' });
  });
  afterAll(() => simulator.close());

  beforeEach(async () => {
    folder = mkdtempSync(joinPath(tmpdir(), 'transom-api-'));
    ensureMasterKey(joinPath(folder, 'master.key'));
    vault = new Vault(joinPath(folder, 'master.key'));
    store = openSqliteStore(joinPath(folder, 'transom.db'));
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
}

export function advance(ms: number): void {
  now += ms;
}

export async function serve(env: Record<string, string> = {}) {
  const settings = settingsOf({
    INSTAGRAM_APP_ID: '4711',
    INSTAGRAM_APP_SECRET: secret,
    FACEBOOK_APP_SECRET: 'facebook_secret',
    PUBLIC_URL: 'https://relay.example.com',
    ...env,
  });
  const clock = () => now;
  app = fastify({ trustProxy: trustedHop(settings), frameworkErrors: answerUnreadable });
  await registerApi(app, {
    store,
    vault,
    clock,
    settings,
    channels: channels(),
    connectors: connectChannels(settings.channels),
    duties: [metaDuties],
    takeOut,
    metrics: new Metrics(),
    allowances: new Allowances(),
    inbox: createInbox({ store, clock, onCommitted: () => undefined }),
    log: createLogger('trace', {
      write: (line: string) => {
        log += line;
      },
    }),
    onCommitted: () => undefined,
    onDeviceRevoked: (deviceId) => revoked.push(deviceId),
  });
  app.get('/broken', () => {
    throw new Error('secret words of a buyer');
  });
  url = await app.listen({ host: '127.0.0.1', port: 0 });
}

function settingsOf(env: Record<string, string>): Settings {
  const read = readSettings(env);
  if (!read.ok) throw new Error(read.problems.join());
  return read.settings;
}
function channels() {
  return callsTo({
    instagramGraphUrl: `${simulator.url}/instagram`,
    facebookGraphUrl: `${simulator.url}/facebook`,
    facebookAppSecret: 'facebook_secret',
  });
}

/** Parsed JSON; the expectations say what is in it. */
type Json = ReturnType<typeof JSON.parse>;
export type Answered = { status: number; body: Json; type: string; headers: Headers };

export async function call(
  method: string,
  path: string,
  {
    token,
    json,
    form,
    raw,
  }: { token?: string; json?: unknown; form?: Record<string, string>; raw?: { type: string; body: string } } = {},
): Promise<Answered> {
  const type = raw?.type ?? (form !== undefined ? 'application/x-www-form-urlencoded' : 'application/json');
  const sent =
    raw?.body ??
    (form !== undefined ? new URLSearchParams(form).toString() : json === undefined ? undefined : JSON.stringify(json));
  const response = await fetch(url + path, {
    method,
    headers: {
      ...(sent === undefined ? {} : { 'content-type': type }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    ...(sent === undefined ? {} : { body: sent }),
  });
  const text = await response.text();
  const answered = {
    status: response.status,
    type: (response.headers.get('content-type') ?? '').replace(/;.*/, ''),
    headers: response.headers,
  };
  const body = answered.type.endsWith('json') ? (JSON.parse(text) as unknown) : text;
  await holdToDescription(method, path, answered.status, answered.type, body);
  return { ...answered, body };
}

/** Checks every answer of every test against the server's own description. */
async function holdToDescription(
  method: string,
  path: string,
  status: number,
  type: string,
  body: unknown,
): Promise<void> {
  const description = (await (await fetch(`${url}/api/openapi.json`)).json()) as Json;
  const known = Object.keys(description.paths).find((template) =>
    new RegExp(`^${template.replace(/\{\w+\}/g, '[^/]+')}$`).test(path.replace(/\?.*/, '')),
  );
  const operation = known === undefined ? undefined : description.paths[known][method.toLowerCase()];
  if (operation === undefined) {
    expect({ status, type, code: (body as Json).code }).toMatchObject(
      path === '/broken' ? { status: 500 } : { status: 404, type: 'application/problem+json', code: 'not_found' },
    );
    return;
  }
  const content = operation.responses[status]?.content;
  expect(Object.keys(content ?? {}), `${method} ${path} answered ${status} ${type} ${JSON.stringify(body)}`).toContain(
    type,
  );
  const schema = { ...content[type].schema, components: undefined };
  const resolved = schema.$ref === undefined ? schema : description.components.schemas.Problem;
  expect(z.fromJSONSchema(resolved).safeParse(body).error, `${method} ${path} ${status}`).toBeUndefined();
}

export async function agencyWith(name = 'Nordic Saunas') {
  const { agencyId, ownerCode } = await createAgency({ store, vault }, { name, plan: 'plus' }, now);
  const owner = (await call('POST', '/api/devices', { json: { code: ownerCode, name: 'Ida' } })).body;
  return { agencyId, owner, token: owner.deviceToken as string };
}
export async function joinAgency(agencyId: string, role: Role) {
  const { code } = await inWork(
    store.forAgency(agencyId),
    () => now,
    async (work) => {
      const made = await makeCode(work, { role, personId: null, lifeMs: inviteLifeMs, by: 'operator' });
      return made;
    },
  );
  return (await call('POST', '/api/devices', { json: { code, name: role } })).body;
}
export async function accountOf(agencyId: string, channel: 'instagram' | 'facebook' = 'instagram') {
  const simulated = await simulator.client.addAccount({ channel, name: 'Fjord & Steam', username: 'fjord' });
  const added = await addAccount(
    { store, vault, channels: channels(), clock: () => now },
    { agencyId, channel, token: simulated.token, tokenExpiresAt: null, by: 'operator' },
  );
  if (!added.ok) throw new Error(added.why.code);
  return { ...added, channel, appScopedId: simulated.appScopedId };
}
type KnownAccount = Awaited<ReturnType<typeof accountOf>>;

export async function received(agencyId: string, account: KnownAccount, senderId: string, text: string, sentAt = now) {
  await inWork(
    store.forAgency(agencyId),
    () => now,
    async (work) => {
      await applyEvent(
        work,
        { id: account.accountId, channel: account.channel, deliveryId: null },
        {
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
        },
      );
    },
  );
}
export async function commented(agencyId: string, account: KnownAccount, senderId: string, commentId: string) {
  await inWork(
    store.forAgency(agencyId),
    () => now,
    async (work) => {
      await applyEvent(
        work,
        { id: account.accountId, channel: account.channel, deliveryId: null },
        {
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
        },
      );
    },
  );
}
export const conversations = async (token: string, query = '') =>
  (await call('GET', `/api/conversations${query}`, { token })).body;
