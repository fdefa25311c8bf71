import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type DeskToRelay, type FeedPage, type Handshake, newId, pageAckMs, type RelayToDesk } from '@transom/shared';
import { io, type Socket } from 'socket.io-client';
import { afterEach, expect, it, vi } from 'vitest';
import { Pokes } from '../feed/pokes.ts';
import type { Actor } from '../inbox/actor.ts';
import { createInbox } from '../inbox/create-inbox.ts';
import { CacheOfDesk, documentsOf } from '../testing/desk.ts';
import { wrote } from '../testing/events.ts';
import { type AgencyInRoom, openRelayRoom } from '../testing/relay-room.ts';
import { createGateway } from './gateway.ts';

type Desk = Socket<RelayToDesk, DeskToRelay>;
const speaks = { min: 1, max: 1 };

async function openGateway() {
  const room = await openRelayRoom();
  const pokes = new Pokes();
  const inbox = createInbox({ store: room.store, clock: room.clock, onCommitted: (id) => pokes.poke(id) });
  const tokens = new Map<string, Actor>();
  const http = createServer();
  const gateway = createGateway(http, {
    ...room,
    inbox,
    pokes,
    authenticate: async (token) => tokens.get(token) ?? null,
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  const desks: Desk[] = [];
  return {
    room,
    pokes,
    tokens,
    gateway,
    /** A desk of this person, not connected yet. */
    desk(given: Partial<Handshake> & { actor?: Actor } = {}): Desk {
      const { actor, ...auth } = given;
      const token = auth.token ?? newId();
      if (actor !== undefined) tokens.set(token, actor);
      const socket: Desk = io(url, {
        transports: ['websocket'],
        reconnection: false,
        autoConnect: false,
        auth: { protocol: speaks, cursor: null, ...auth, token },
      });
      desks.push(socket);
      return socket;
    },
    async hears(agency: AgencyInRoom, ...events: Parameters<AgencyInRoom['hears']>): Promise<void> {
      await agency.hears(...events);
      pokes.poke(agency.id);
    },
    async [Symbol.asyncDispose](): Promise<void> {
      for (const socket of desks) socket.disconnect();
      await gateway.close();
      await room[Symbol.asyncDispose]();
    },
  };
}

const event = <E extends keyof RelayToDesk | 'connect' | 'connect_error' | 'disconnect'>(socket: Desk, name: E) =>
  new Promise<unknown>((resolve) => socket.once(name as 'connect_error', resolve as () => void));
const refusalOf = (socket: Desk) =>
  event(socket.connect(), 'connect_error').then((error) => (error as { data: { code: string } }).data.code);

afterEach(() => void vi.useRealTimers());

it('lets in who has a token and speaks its protocol, and says why to all others', async () => {
  await using it = await openGateway();
  const { agent } = await it.room.addAgency();
  expect(await refusalOf(it.desk({ token: 'wrong' }))).toBe('unauthorized');
  expect(await refusalOf(it.desk({ token: '' }))).toBe('invalid_request');
  expect(await refusalOf(it.desk({ actor: agent, protocol: { min: 0, max: 0 } }))).toBe('client_too_old');
  expect(await refusalOf(it.desk({ actor: agent, protocol: { min: 2, max: 9 } }))).toBe('client_too_old');
  const desk = it.desk({ actor: agent }).connect();
  const hello = await event(desk, 'hello');
  expect(hello).toEqual({
    protocol: 1,
    serverNow: it.room.clock(),
    deviceId: agent.deviceId,
    agency: { id: agent.agencyId, name: 'Nordic Saunas', plan: 'plus' },
    person: agent.person,
  });
  expect(await desk.emitWithAck('time')).toBe(it.room.clock());
});

it('keeps a desk at what the tables say, live and after it was away', async () => {
  await using it = await openGateway();
  const agency = await it.room.addAgency();
  const other = await it.room.addAgency({ nativeId: '2' });
  await it.hears(agency, wrote());
  const cache = new CacheOfDesk();
  const connect = () =>
    it
      .desk({ actor: agency.agent, cursor: cache.cursor })
      .on('page', (page, applied) => {
        cache.apply(page);
        applied();
      })
      .connect();
  const first = connect();
  await it.hears(other, wrote({ text: 'of another agency' }));
  await it.hears(agency, wrote({ text: 'live' }));
  await expect.poll(() => cache.documents()).toEqual(await documentsOf(agency));
  first.disconnect();
  await it.hears(agency, wrote({ text: 'while away' }));
  cache.pages.length = 0;
  connect();
  await expect.poll(() => cache.documents()).toEqual(await documentsOf(agency));
  expect(cache.pages.map(({ kind }) => kind)).toEqual(['changes']);
  expect(JSON.stringify([...cache.pages])).not.toContain('another agency');
});

it('carries out commands and reads history, for this agency alone', async () => {
  await using it = await openGateway();
  const agency = await it.room.addAgency();
  const other = await it.room.addAgency({ nativeId: '2' });
  for (let n = 0; n < 5; n += 1) await it.hears(agency, wrote({ text: `${n}`, sentAt: it.room.clock() + n }));
  const { id: conversationId } = await agency.conversation();
  const desk = it.desk({ actor: agency.agent }).connect();
  const stranger = it.desk({ actor: other.agent }).connect();
  const command = { id: 'c1', command: { kind: 'reply.send', conversationId, text: 'Yes' } };
  const answer = await desk.emitWithAck('command', command);
  expect(answer).toMatchObject({ ok: true, state: 'queued' });
  expect(await desk.emitWithAck('command', command)).toEqual(answer);
  expect(await stranger.emitWithAck('command', command)).toMatchObject({ ok: false, refusal: { code: 'not_found' } });
  expect(await desk.emitWithAck('command', { id: 'c2', command: { kind: 'reply.schedule' } })).toMatchObject({
    refusal: { code: 'policy_refused' },
  });
  expect(await desk.emitWithAck('command', null)).toMatchObject({ refusal: { code: 'invalid_request' } });

  const history = { conversationId, before: null, limit: 2 };
  const page = await desk.emitWithAck('history', history);
  expect(page).toMatchObject({ ok: true, hasMore: true, messages: [{ text: '4' }, { text: '3' }] });
  const last = page.ok ? page.messages.at(-1)! : null;
  expect(
    await desk.emitWithAck('history', { ...history, before: { sentAt: last!.sentAt, id: last!.id }, limit: 200 }),
  ).toMatchObject({ hasMore: false, messages: [{ text: '2' }, { text: '1' }, { text: 'Yes' }, { text: '0' }] });
  expect(await stranger.emitWithAck('history', history)).toMatchObject({ ok: false, refusal: { code: 'not_found' } });
  expect(await desk.emitWithAck('history', { ...history, limit: 201 })).toMatchObject({
    refusal: { code: 'invalid_request' },
  });
});

it('survives events without an answer to give', async () => {
  await using it = await openGateway();
  const { agent } = await it.room.addAgency();
  const desk = it.desk({ actor: agent }).connect();
  const raw = desk as unknown as { emit(name: string, ...given: unknown[]): void };
  for (const name of ['time', 'command', 'history'])
    for (const given of [[], ['x'], [{}, 'y'], [null, null]]) raw.emit(name, ...given);
  expect(await desk.emitWithAck('time')).toBe(it.room.clock());
});

it('tells a revoked device to erase itself, then cuts it off; its neighbours stay', async () => {
  await using it = await openGateway();
  const { agent, owner } = await it.room.addAgency();
  const revoked = it.desk({ actor: agent, token: 't1' }).connect();
  const neighbour = it.desk({ actor: owner }).connect();
  await Promise.all([event(revoked, 'hello'), event(neighbour, 'hello')]);
  const seen: string[] = [];
  revoked.on('wipe', () => seen.push('wipe'));
  const ended = event(revoked, 'disconnect').then(() => seen.push('disconnect'));
  it.gateway.revoke(agent.deviceId);
  await ended;
  expect(seen).toEqual(['wipe', 'disconnect']);
  expect(neighbour.connected).toBe(true);
  it.tokens.clear();
  const gone = event(neighbour, 'wipe');
  await it.gateway.recheck();
  await gone;
});

it('cuts off a desk that does not acknowledge, which comes back by its cursor', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  await using it = await openGateway();
  const agency = await it.room.addAgency();
  const pages: FeedPage[] = [];
  const desk = it
    .desk({ actor: agency.agent })
    .on('page', (page) => void pages.push(page))
    .connect();
  const ended = event(desk, 'disconnect');
  const arrived = async (count: number) => {
    for (let n = 0; n < 2_000 && pages.length < count; n += 1) await new Promise(setImmediate);
  };
  await arrived(1);
  await it.hears(agency, wrote());
  for (let n = 0; n < 50; n += 1) await new Promise(setImmediate);
  expect(pages).toHaveLength(1);
  vi.advanceTimersByTime(pageAckMs - 1);
  for (let n = 0; n < 50; n += 1) await new Promise(setImmediate);
  expect(desk.connected).toBe(true);
  vi.advanceTimersByTime(1);
  await ended;
  expect(desk.connected).toBe(false);
});
