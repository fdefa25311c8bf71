import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { PublicAccount } from '../control.ts';
import { type Simulator, startSimulator } from '../simulator.ts';
import { type Receiver, secrets, startReceiver } from '../testing/receiver.ts';

let simulator: Simulator;
let receiver: Receiver;
let shop: PublicAccount;
let page: PublicAccount;
let maya: { id: string };
let carol: { id: string };

beforeEach(async () => {
  receiver = await startReceiver();
  simulator = await startSimulator({ ...secrets, retryBaseMs: 10 });
  const { client } = simulator;
  shop = await client.addAccount({ channel: 'instagram', name: 'Nordic Saunas' });
  page = await client.addAccount({ channel: 'facebook', name: 'Nordic Saunas' });
  maya = await client.buyer({ account: shop, name: 'Maya Lindgren' });
  carol = await client.buyer({ account: page, name: 'Carol Whitfield' });
});
afterEach(async () => {
  await simulator.close();
  await receiver.close();
});

const writes = (text: string) => simulator.client.writes({ account: shop, buyer: maya, text });
const texts = () => receiver.messaging().map(({ message }) => message.text);

describe('webhooks', () => {
  it('arrive signed with the secret of their login and with escaped unicode', async () => {
    const { client } = simulator;
    await client.setTarget(receiver.url);
    const { nativeMessageId } = await writes('¿Cuánto cuesta? 🙏');
    await client.writes({ account: page, buyer: carol, text: 'Hello' });
    await client.settled();
    expect(receiver.received.map(({ path, signedRight, json }) => [path, signedRight, json.object])).toEqual([
      ['/api/webhooks/instagram', true, 'instagram'],
      ['/api/webhooks/facebook', true, 'page'],
    ]);
    expect(receiver.received[0]!.body).toContain('\\u00bfCu\\u00e1nto cuesta? \\ud83d\\ude4f');
    expect(receiver.messaging()[0]).toEqual({
      sender: { id: maya.id },
      recipient: { id: shop.nativeId },
      timestamp: expect.any(Number),
      message: { mid: nativeMessageId, text: '¿Cuánto cuesta? 🙏' },
    });
  });

  it('wait for a target and arrive in order', async () => {
    for (const text of ['one', 'two', 'three']) await writes(text);
    await simulator.client.settled();
    expect(receiver.received).toHaveLength(0);
    await simulator.client.setTarget(receiver.url);
    await simulator.client.settled();
    expect(texts()).toEqual(['one', 'two', 'three']);
  });

  it('arrive in batches of several accounts and several messages', async () => {
    const { client } = simulator;
    const second = await client.addAccount({ channel: 'instagram', name: 'Second Shop' });
    const lou = await client.buyer({ account: second, name: 'Lou' });
    await client.setTarget(receiver.url);
    await client.holdWebhooks();
    await writes('one');
    await writes('two');
    await client.writes({ account: second, buyer: lou, text: 'three' });
    await client.comments({ account: second, buyer: lou, text: 'four' });
    await client.releaseWebhooks();
    await client.settled();
    expect(receiver.received).toHaveLength(1);
    const { entry } = receiver.received[0]!.json;
    expect(entry.map(({ id, messaging, changes }) => [id, messaging?.length, changes?.length])).toEqual([
      [shop.nativeId, 2, undefined],
      [second.nativeId, 1, undefined],
      [second.nativeId, undefined, 1],
    ]);
    // Milliseconds with messages, seconds with comments.
    expect(entry[0]!.time).toBeGreaterThan(1e12);
    expect(entry[2]!.time).toBeLessThan(1e11);
  });

  it('are retried until they are answered with 200, and no longer', async () => {
    let count = 0;
    receiver.answer(() => ((count += 1) < 3 ? 503 : 200));
    await simulator.client.setTarget(receiver.url);
    await writes('persistent');
    await simulator.client.settled();
    expect((await simulator.client.webhookLog()).map(({ attempt, status }) => [attempt, status])).toEqual([
      [1, 503],
      [2, 503],
      [3, 200],
    ]);
    expect(new Set(receiver.received.map(({ body }) => body)).size).toBe(1);
  });

  it('are given up after ten attempts', async () => {
    await simulator.close();
    simulator = await startSimulator({ ...secrets, retryBaseMs: 1 });
    const account = await simulator.client.addAccount({ channel: 'instagram', name: 'Shop' });
    const buyer = await simulator.client.buyer({ account, name: 'Maya' });
    receiver.answer(() => 500);
    await simulator.client.setTarget(receiver.url);
    await simulator.client.writes({ account, buyer, text: 'lost' });
    await simulator.client.settled();
    expect(await simulator.client.webhookLog()).toHaveLength(10);
  });

  it('follow the clock, and an explicit time', async () => {
    const { client } = simulator;
    await client.setTarget(receiver.url);
    const later = await client.advanceClock(48 * 3_600_000);
    await writes('two days on');
    await client.writes({ account: shop, buyer: maya, text: 'before', sentAt: later - 60_000 });
    await client.settled();
    const [first, second] = receiver.messaging();
    expect(first!['timestamp']).toBeGreaterThanOrEqual(later);
    expect(first!['timestamp']).toBeLessThan(later + 5_000);
    expect(second!['timestamp']).toBe(later - 60_000);
    expect(receiver.received[1]!.json.entry[0]!.time).toBeGreaterThanOrEqual(later);
  });

  it('date an Instagram comment with the time of their entry, in seconds', async () => {
    const { client } = simulator;
    const sentAt = (await client.now()) - 6 * 24 * 3_600_000;
    await client.setTarget(receiver.url);
    await client.comments({ account: shop, buyer: maya, text: 'price?', sentAt });
    await client.settled();
    expect(receiver.received[0]!.json.entry[0]!.time).toBe(Math.floor(sentAt / 1_000));
  });
});

describe('webhook faults', () => {
  beforeEach(() => simulator.client.setTarget(receiver.url));

  it('duplicate: the same bytes arrive twice, for one webhook only', async () => {
    await simulator.client.fault({ kind: 'webhook_duplicate', times: 1 });
    await writes('twice');
    await writes('once');
    await simulator.client.settled();
    expect(texts().toSorted()).toEqual(['once', 'twice', 'twice']);
    expect(receiver.received[0]!.body).toBe(receiver.received[1]!.body);
  });

  it('reorder: the second arrives before the first', async () => {
    await simulator.client.fault({ kind: 'webhook_reorder', times: 1 });
    await writes('first');
    await writes('second');
    await simulator.client.settled();
    expect(texts()).toEqual(['second', 'first']);
  });

  it('delay: others overtake it', async () => {
    await simulator.client.fault({ kind: 'webhook_delay', times: 1, delayMs: 60 });
    await writes('late');
    await writes('prompt');
    await simulator.client.settled();
    expect(texts()).toEqual(['prompt', 'late']);
  });

  it('wrong signature: foreign, and not retried after a refusal', async () => {
    receiver.answer(({ signedRight }) => (signedRight ? 200 : 401));
    await simulator.client.fault({ kind: 'webhook_wrong_signature', times: 1 });
    await writes('forged');
    await writes('genuine');
    await simulator.client.settled();
    expect(receiver.received.map(({ signedRight }) => signedRight)).toEqual([false, true]);
    expect((await simulator.client.webhookLog()).map(({ status }) => status)).toEqual([401, 200]);
  });

  it('hit only the account that they name, until they are cleared', async () => {
    const { client } = simulator;
    await client.fault({ kind: 'webhook_duplicate', account: page });
    await writes('single');
    await client.writes({ account: page, buyer: carol, text: 'double' });
    await client.writes({ account: page, buyer: carol, text: 'double' });
    await client.settled();
    await client.clearFaults();
    await client.writes({ account: page, buyer: carol, text: 'single' });
    await client.settled();
    expect(texts().toSorted()).toEqual(['double', 'double', 'double', 'double', 'single', 'single']);
  });
});

describe('deliverRaw', () => {
  it('posts exactly these bytes with the requested signature', async () => {
    const { client } = simulator;
    await client.setTarget(receiver.url);
    receiver.answer(({ signedRight }) => (signedRight ? 200 : 401));
    const body = '{"object":"instagram", "entry":[]}';
    expect(await client.deliverRaw({ path: '/api/webhooks/instagram', body, signature: 'right' })).toBe(200);
    expect(await client.deliverRaw({ path: '/api/webhooks/facebook', body, signature: 'right' })).toBe(200);
    expect(await client.deliverRaw({ path: '/api/webhooks/instagram', body, signature: 'wrong' })).toBe(401);
    expect(await client.deliverRaw({ path: '/api/webhooks/instagram', body, signature: 'none' })).toBe(401);
    expect(receiver.received.every((one) => one.body === body)).toBe(true);
  });

  it('reports a missing target, and null when nobody answers', async () => {
    const given = { path: '/api/webhooks/instagram', body: '{}', signature: 'right' } as const;
    await expect(simulator.client.deliverRaw(given)).rejects.toThrow('no target yet');
    await simulator.client.setTarget(receiver.url);
    await receiver.close();
    await vi.waitFor(async () => expect(await simulator.client.deliverRaw(given)).toBeNull());
  });
});
