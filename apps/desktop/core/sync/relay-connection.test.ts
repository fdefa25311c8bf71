import { expect, test, vi } from 'vitest';
import { baseAt, sampleConversation, sampleMessage } from '../test/samples.ts';
import { standInRelay } from '../test/stand-in-relay.ts';
import { testDesk } from '../test/window.ts';

const soon = { timeout: 25_000, interval: 20 };
const message = (index: number) => ({
  entity: 'message' as const,
  id: `m${index}`,
  document: sampleMessage(`m${index}`, 'c1', { sentAt: baseAt + index }),
});

async function deskOn(relay: Awaited<ReturnType<typeof standInRelay>>) {
  relay.put({ entity: 'conversation', id: 'c1', document: sampleConversation('c1') });
  const desk = await testDesk();
  await desk.call('session.pair', { relayUrl: relay.url, code: 'GOOD-CODE', name: 'x' });
  const link = async () => (await desk.call('session.get', {})).connection;
  const cached = async () =>
    (await desk.call('thread.read', { conversationId: 'c1', before: null, limit: 500 })).messages.map(({ id }) => id);
  return { desk, link, cached };
}

test('connections that break in the middle of a snapshot and of changes lose nothing', {
  timeout: 60_000,
}, async () => {
  const relay = await standInRelay();
  relay.pageSize = 7;
  relay.put(...Array.from({ length: 40 }, (_, index) => message(index)));
  let pages = 0;
  relay.onPage = (page) => {
    pages += 1;
    if (pages === 3 || pages === 10) setImmediate(relay.cut);
    return page;
  };
  const { link, cached } = await deskOn(relay);
  await vi.waitFor(async () => expect((await link()).relay).toBe('live'), soon);
  relay.put(...Array.from({ length: 40 }, (_, index) => message(40 + index)));
  const all = Array.from({ length: 80 }, (_, index) => `m${index}`);
  await vi.waitFor(async () => expect(await cached()).toEqual(all), soon);
  expect(relay.handshakes.length).toBeGreaterThanOrEqual(3);
  expect(relay.handshakes[1]?.cursor).toBeNull();
  expect(relay.handshakes.at(-1)?.cursor?.seq).toBeGreaterThan(40);
});

test('a gap is never applied: the desk reconnects with its cursor', { timeout: 40_000 }, async () => {
  const relay = await standInRelay();
  const { link, cached } = await deskOn(relay);
  await vi.waitFor(async () => expect((await link()).relay).toBe('live'), soon);
  let lost = false;
  relay.onPage = (page) => {
    if (lost) return page;
    lost = true;
    return { ...page, fromSeq: page.fromSeq! + 1, changes: page.changes.slice(1) };
  };
  relay.put(message(1), message(2));
  await vi.waitFor(async () => expect(await cached()).toEqual(['m1', 'm2']), soon);
  expect(relay.handshakes.map(({ cursor }) => cursor?.seq ?? null)).toEqual([null, 1]);
});

test('another epoch refills the cache', { timeout: 40_000 }, async () => {
  const relay = await standInRelay();
  const { desk, link, cached } = await deskOn(relay);
  relay.put(message(1));
  await vi.waitFor(async () => expect(await cached()).toEqual(['m1']), soon);
  await vi.waitFor(async () => expect((await link()).relay).toBe('live'), soon);
  relay.epoch = 'epoch-2';
  relay.put(message(2));
  relay.cut();
  await vi.waitFor(() => expect(relay.handshakes).toHaveLength(2), soon);
  await vi.waitFor(async () => expect(await cached()).toEqual(['m1', 'm2']), soon);
  expect(desk.events.filter(({ name }) => name === 'reset').length).toBeGreaterThanOrEqual(2);
});

test('a desk that has everything is live, and after waking asks for the time again', { timeout: 30_000 }, async () => {
  const relay = await standInRelay();
  const { desk, link } = await deskOn(relay);
  await vi.waitFor(async () => expect((await link()).relay).toBe('live'), soon);
  desk.core.wake();
  expect((await desk.call('session.get', {})).clock.serverNow).toBeNull();
  await vi.waitFor(async () => expect((await link()).relay).toBe('live'), soon);
  await vi.waitFor(async () => expect((await desk.call('session.get', {})).clock.serverNow).not.toBeNull(), soon);
});

test('a desk that is too old is told so in words', async () => {
  const relay = await standInRelay();
  relay.refuseConnect = 'client_too_old';
  const { link } = await deskOn(relay);
  await vi.waitFor(
    async () => expect(await link()).toMatchObject({ relay: 'refused', reason: { code: 'desk_too_old' } }),
    soon,
  );
});
