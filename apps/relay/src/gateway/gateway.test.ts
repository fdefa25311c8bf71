import { type FeedPage, pageAckMs } from '@transom/shared';
import { afterEach, expect, it, vi } from 'vitest';
import { CacheOfDesk, documentsOf } from '../testing/desk.ts';
import { wrote } from '../testing/events.ts';
import { event, openGateway, refusalOf } from './testing/gateway-room.ts';

afterEach(() => void vi.useRealTimers());

it('admits desks that have a token and speak its protocol, and tells all others why not', async () => {
  await using it = await openGateway();
  const { agent } = await it.room.addAgency();
  expect(await refusalOf(it.desk({ token: 'wrong' }))).toBe('unauthorized');
  expect(await refusalOf(it.desk({ token: '' }))).toBe('invalid_request');
  expect(await refusalOf(it.desk({ actor: agent, protocol: { min: 0, max: 0 } }))).toBe('client_too_old');
  expect(await refusalOf(it.desk({ actor: agent, protocol: { min: 4, max: 9 } }))).toBe('client_too_old');
  const desk = it.desk({ actor: agent }).connect();
  const hello = await event(desk, 'hello');
  expect(hello).toEqual({
    protocol: 3,
    serverNow: it.room.clock(),
    deviceId: agent.deviceId,
    agency: { id: agent.agencyId, name: 'Nordic Saunas', plan: 'plus' },
    person: agent.person,
  });
  expect(await desk.emitWithAck('time')).toBe(it.room.clock());
});

it.each([
  [1, 1, 1],
  [1, 2, 2],
  [2, 9, 3],
  [3, 99, 3],
])('speaks the highest version in common with a desk that speaks %i to %i', async (min, max, expected) => {
  await using it = await openGateway();
  const { agent } = await it.room.addAgency();
  const desk = it.desk({ actor: agent, protocol: { min, max } }).connect();
  expect(await event(desk, 'hello')).toMatchObject({ protocol: expected });
});

it('keeps a desk in step with the tables, live and after it was away', async () => {
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

it('delivers pages of every size intact, in any script', async () => {
  await using it = await openGateway();
  const agency = await it.room.addAgency();
  const cache = new CacheOfDesk();
  it.desk({ actor: agency.agent })
    .on('page', (page, applied) => {
      cache.apply(page);
      applied();
    })
    .connect();
  await expect.poll(() => cache.pages.length).toBeGreaterThan(0);
  for (const length of [1, 60, 2_000, 20_000, 70_000, 300_000])
    await it.hears(agency, wrote({ text: '🧖بéx'.repeat(length / 8 + 1) }));
  await expect.poll(() => cache.documents(), { timeout: 5_000 }).toEqual(await documentsOf(agency));
});

it('carries out commands and reads history, for this agency only', async () => {
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

it('survives events without a callback', async () => {
  await using it = await openGateway();
  const { agent } = await it.room.addAgency();
  const desk = it.desk({ actor: agent }).connect();
  const raw = desk as unknown as { emit(name: string, ...given: unknown[]): void };
  for (const name of ['time', 'command', 'history'])
    for (const given of [[], ['x'], [{}, 'y'], [null, null]]) raw.emit(name, ...given);
  expect(await desk.emitWithAck('time')).toBe(it.room.clock());
});

it('cuts off a desk that does not acknowledge a page', async () => {
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
