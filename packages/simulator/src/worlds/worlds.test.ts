import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRandom } from '../random.ts';
import { type Simulator, startSimulator } from '../simulator.ts';
import { graph, type Receiver, secrets, startReceiver } from '../testing/receiver.ts';
import { pathsOf, shapesOf } from '../testing/sample-shapes.ts';
import { type WorldName, worldNames, worlds } from './worlds.ts';

const minute = 60_000;
const hour = 60 * minute;
let simulator: Simulator;
let receiver: Receiver;

beforeEach(async () => {
  receiver = await startReceiver();
  simulator = await startSimulator(secrets);
});
afterEach(async () => {
  await simulator.close();
  await receiver.close();
});

function expectShapedLikeMeta(): void {
  for (const { json } of receiver.received) {
    const known = shapesOf(json.object);
    expect(pathsOf(json).filter((path) => !known.has(path))).toEqual([]);
  }
}

describe.each(worldNames.filter((name) => name !== 'hundred-thousand'))('%s', (name) => {
  it('sends its opening state immediately, in the past, signed and shaped like Meta\u2019s own samples', async () => {
    await simulator.client.setTarget(receiver.url);
    const accounts = await simulator.client.loadWorld(name);
    await simulator.client.settled();
    expect(accounts.map(({ channel }) => channel)).toEqual(worlds[name].accounts.map(({ channel }) => channel));
    const now = await simulator.client.now();
    const times = receiver.messaging().map(({ timestamp }) => timestamp as number);
    expect(times.length).toBeGreaterThan(3);
    expect(Math.max(...times)).toBeLessThan(now);
    expect(receiver.received.every(({ signedRight }) => signedRight)).toBe(true);
    for (const { json } of receiver.received) {
      const within = json.entry.flatMap(({ messaging = [] }) => messaging.map(({ timestamp }) => timestamp as number));
      expect(within).toEqual(within.toSorted((a, b) => a - b));
    }
    expectShapedLikeMeta();
  });

  it('plays to its end', async () => {
    const { client } = simulator;
    await client.setTarget(receiver.url);
    await client.loadWorld(name);
    await client.settled();
    const before = countEvents();
    const { events } = await client.playWorld({ speed: 1_000 });
    await expect.poll(countEvents).toBe(before + events);
    expectShapedLikeMeta();
  });
});

const countEvents = () =>
  receiver.received.reduce(
    (sum, { json }) =>
      sum +
      json.entry.reduce((inner, { messaging = [], changes = [] }) => inner + messaging.length + changes.length, 0),
    0,
  );

describe('monday-rush', () => {
  it('opens with windows at every stage', async () => {
    const { client } = simulator;
    const [shop, page] = await client.loadWorld('monday-rush');
    const now = await client.now();
    async function leftMs(account: typeof shop, name: string, username?: string): Promise<number> {
      const buyer = await client.buyer({ account: account!, name, ...(username === undefined ? {} : { username }) });
      return ((await client.windowOf({ account: account!, buyer }))?.expiresAt ?? Number.NaN) - now;
    }
    const about = async (left: Promise<number>, expected: number) =>
      expect(Math.abs((await left) - expected)).toBeLessThan(5_000);
    await about(leftMs(shop, 'Renee Castellano', 'renee.castellano'), 8 * minute);
    await about(leftMs(page, 'Deborah Kline'), 40 * minute);
    await about(leftMs(shop, 'Jess Palmer', 'jesspalmer.home'), 3 * hour);
    expect(await leftMs(shop, 'Vince Moretti', 'vince.moretti')).toBeLessThan(0);
    expect(await leftMs(shop, 'Pam Doyle', 'pamdoyle55')).toBeNaN();
  });

  it('is a busy day, in the order in which it happens', () => {
    const threads = [...worlds['monday-rush'].threads(createRandom('any'))];
    expect(threads.length).toBeGreaterThanOrEqual(40);
    for (const { name, lines } of threads) {
      const times = lines.map(({ atMs }) => atMs);
      expect(times, name).toEqual(times.toSorted((a, b) => a - b));
    }
  });
});

describe('every world', () => {
  it('is the same for the same seed, and different for another', async () => {
    const messagesOf = async (seed: number, name: WorldName) => {
      const other = await startSimulator({ ...secrets, seed });
      const sink = await startReceiver();
      await other.client.setTarget(sink.url);
      const accounts = await other.client.loadWorld(name);
      await other.client.settled();
      await Promise.all([other.close(), sink.close()]);
      return {
        tokens: accounts.map(({ token }) => token),
        mids: sink
          .messaging()
          .map(({ message }) => message?.mid as string | undefined)
          .filter(Boolean),
      };
    };
    const first = await messagesOf(7, 'monday-rush');
    expect(await messagesOf(7, 'monday-rush')).toEqual(first);
    const third = await messagesOf(8, 'monday-rush');
    expect(third.mids.filter((mid) => first.mids.includes(mid))).toEqual([]);
    expect(third.tokens).not.toEqual(first.tokens);
  });

  it('waits for its accounts to be subscribed if told to', async () => {
    const { client } = simulator;
    await client.setTarget(receiver.url);
    const [shop, page] = await client.loadWorld('quiet-shop', { afterSubscribing: true });
    await client.settled();
    expect(receiver.received).toHaveLength(0);
    await graph(simulator.url, page!, 'POST', 'me/subscribed_apps', { subscribed_fields: 'messages,feed' });
    await client.settled();
    expect(receiver.received.map(({ path }) => path)).toEqual(['/api/webhooks/facebook']);
    await graph(simulator.url, shop!, 'POST', 'me/subscribed_apps', { subscribed_fields: 'messages,comments' });
    await client.settled();
    expect(receiver.received).toHaveLength(2);
  });
});

describe('hundred-thousand', () => {
  it('is generated as fast as it is delivered, not ahead of it', async () => {
    const { client } = simulator;
    const accounts = await client.loadWorld('hundred-thousand');
    expect(accounts).toHaveLength(2);
    expect(countEvents()).toBe(0);
    await client.setTarget(receiver.url, { concurrency: 4 });
    await expect.poll(countEvents).toBeGreaterThan(1_000);
    expectShapedLikeMeta();
    expect(receiver.received.every(({ json }) => json.entry.length <= 50)).toBe(true);
  });
});
