import { type AddressInfo, connect as connectTo, createServer, type Socket } from 'node:net';
import { hourMs, minuteMs } from '@transom/shared';
import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import { isLive, liveDesk, soon } from './test/live-desk.ts';
import { baseAt, sampleAccount, sampleConversation } from './test/samples.ts';
import { standInRelay } from './test/stand-in-relay.ts';
import { testDesk } from './test/window.ts';

afterEach(() => void vi.useRealTimers());

test('a desk whose question for the time was lost asks again within seconds', async () => {
  const relay = await standInRelay();
  let asked = 0;
  relay.answersTime = () => (asked += 1) > 1;
  const desk = await testDesk();
  await desk.call('session.pair', { relayUrl: relay.url, code: 'GOOD-CODE', name: 'x' });
  await vi.waitFor(async () => expect((await desk.call('session.get', {})).clock.serverNow).not.toBeNull(), {
    timeout: 8_000,
    interval: 50,
  });
  expect(asked).toBe(2);
});

test('lanes, counts and badge follow the relay\u2019s clock back when it is corrected, even across a restart', async () => {
  const { relay, desk, dataDir, secrets } = await liveDesk();
  const openedAt = baseAt - 5 * hourMs;
  relay.put({
    entity: 'conversation',
    id: 'c1',
    document: sampleConversation('c1', {
      rev: 2,
      firstAnsweredAt: 1,
      window: { openedAt, openedBy: 'm', byAd: false, comment: null },
    }),
  });
  const counts = async (each = desk) => (await each.call('inbox.counts', {})).lanes;
  await vi.waitFor(async () => expect(await counts()).toMatchObject({ answer: 1, missed: 0 }), soon);
  const right = relay.now;
  relay.now = () => right() + 20 * hourMs;
  relay.cut();
  await vi.waitFor(async () => expect(await counts()).toMatchObject({ answer: 0, missed: 1 }), soon);
  relay.now = right;
  relay.put({ entity: 'account', id: 'account-1', document: sampleAccount('account-1', { rev: 2 }) });
  relay.cut();
  await vi.waitFor(async () => expect(await counts()).toMatchObject({ answer: 1, missed: 0 }), soon);
  expect(desk.outside.badge).toBe(1);

  relay.now = () => right() + 20 * hourMs;
  relay.cut();
  await vi.waitFor(async () => expect(await counts()).toMatchObject({ missed: 1 }), soon);
  await desk.core.close();
  relay.now = right;
  const again = await testDesk(dataDir, secrets);
  await vi.waitFor(async () => expect(await counts(again)).toMatchObject({ answer: 1, missed: 0 }), soon);
});

test('a sleep that no event reports makes the time unknown until the relay reports it again', async () => {
  let sleptMs = 0;
  const { relay, desk } = await liveDesk(undefined, undefined, { uptimeMs: () => performance.now() + sleptMs });
  const known = async () => (await desk.call('clock.get', {})).serverNow;
  await vi.waitFor(async () => expect(await known()).not.toBeNull(), soon);
  relay.answersTime = () => false;
  sleptMs = 3_600_000;
  await vi.waitFor(async () => expect(await known()).toBeNull(), soon);
  relay.answersTime = () => true;
  await vi.waitFor(async () => expect(await known()).not.toBeNull(), soon);
});

/** A network whose far end goes silent without closing anything, as after sleep. */
async function silentNetwork(to: string) {
  let isSilent = false;
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connectTo(Number(new URL(to).port), '127.0.0.1');
    for (const [from, into] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on('data', (bytes) => void (isSilent || into.write(bytes)));
      from.on('error', () => into.destroy());
      from.on('close', () => isSilent || into.destroy());
    }
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    setSilent: (next: boolean) => void (isSilent = next),
  };
}

test('when the connection died silently during sleep, waking leads to a new one within ten seconds', {
  timeout: 60_000,
}, async () => {
  const relay = await standInRelay();
  relay.put({ entity: 'conversation', id: 'c1', document: sampleConversation('c1') });
  const network = await silentNetwork(relay.url);
  const desk = await testDesk();
  await desk.call('session.pair', { relayUrl: network.url, code: 'GOOD-CODE', name: 'x' });
  await isLive(desk);
  network.setSilent(true);
  relay.put({ entity: 'conversation', id: 'c2', document: sampleConversation('c2') });
  desk.core.wake();
  await vi.waitFor(async () => expect((await desk.call('session.get', {})).connection.relay).not.toBe('live'), {
    timeout: 10_000,
    interval: 50,
  });
  network.setSilent(false);
  const inTime = { timeout: 25_000, interval: 50 };
  await vi.waitFor(async () => expect((await desk.call('inbox.counts', {})).lanes.answer).toBe(2), inTime);
  await isLive(desk);
});

test('without a connection countdowns continue as not confirmed; only a sleep makes the time unknown', async () => {
  const { relay, desk } = await liveDesk();
  const clock = () => desk.call('clock.get', {});
  await vi.waitFor(async () => expect(await clock()).toMatchObject({ isConfirmed: true }), soon);
  relay.refuseConnect = 'unauthorized';
  relay.cut();
  await vi.waitFor(async () => expect((await desk.call('session.get', {})).connection.relay).toBe('refused'), soon);
  const first = await clock();
  expect(first).toMatchObject({ isConfirmed: false, serverNow: expect.any(Number) });
  // The time of the answer, not of the last event.
  await vi.waitFor(async () => expect((await clock()).serverNow!).toBeGreaterThan(first.serverNow!), soon);
  // Lanes follow it, too.
  expect((await desk.call('inbox.counts', {})).lanes).toMatchObject({ answer: 1 });
  desk.core.wake(false);
  await vi.waitFor(async () => expect((await desk.call('session.get', {})).connection.relay).toBe('refused'), soon);
  expect(await clock()).toMatchObject({ isConfirmed: false, serverNow: expect.any(Number) });
  desk.core.wake(true);
  expect(await clock()).toMatchObject({ isConfirmed: false, serverNow: null });
  relay.refuseConnect = null;
  desk.core.wake(false);
  await vi.waitFor(async () => expect(await clock()).toMatchObject({ isConfirmed: true }), soon);
});

test('waking keeps a connection that is alive', async () => {
  const { relay, desk } = await liveDesk();
  desk.core.wake();
  await vi.waitFor(async () => expect((await desk.call('session.get', {})).clock.serverNow).not.toBeNull(), soon);
  expect((await desk.call('session.get', {})).connection.relay).toBe('live');
  expect(relay.handshakes).toHaveLength(1);
});

test('a computer clock that is wrong or jumps changes nothing that is shown, and is reported once', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  vi.setSystemTime(baseAt + 60_000);
  const { desk } = await liveDesk();
  await vi.waitFor(async () => expect((await desk.call('session.get', {})).clock.serverNow).not.toBeNull(), soon);
  const before = await desk.call('session.get', {});
  expect(before.clock.computerOffByMs).toBeNull();
  for (const offByMs of [20 * minuteMs, -20 * minuteMs, 3 * hourMs]) {
    vi.setSystemTime(baseAt + 60_000 + offByMs);
    const session = await desk.call('session.get', {});
    expect(Math.abs(session.clock.computerOffByMs! - offByMs)).toBeLessThan(30_000);
    expect(session.clock.serverNow! - before.clock.serverNow!).toBeLessThan(30_000);
    expect(Math.abs(session.connection.since - before.connection.since)).toBeLessThan(1_000);
    expect((await desk.call('inbox.counts', {})).lanes).toMatchObject({ answer: 1 });
  }
  expect(desk.outside.log.filter(({ message }) => message.includes('clock of this computer'))).toHaveLength(1);
});
