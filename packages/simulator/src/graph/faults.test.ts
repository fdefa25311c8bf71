import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PublicAccount } from '../control.ts';
import { type Simulator, startSimulator } from '../simulator.ts';
import { graph, type Receiver, secrets, startReceiver } from '../testing/receiver.ts';

let simulator: Simulator;
let receiver: Receiver;
let shop: PublicAccount;
let maya: { id: string };

beforeEach(async () => {
  receiver = await startReceiver();
  simulator = await startSimulator(secrets);
  await simulator.client.setTarget(receiver.url);
  shop = await simulator.client.addAccount({ channel: 'instagram', name: 'Nordic Saunas' });
  maya = await simulator.client.buyer({ account: shop, name: 'Maya Lindgren' });
  await simulator.client.writes({ account: shop, buyer: maya, text: 'Hi' });
  await simulator.client.settled();
});
afterEach(async () => {
  await simulator.close();
  await receiver.close();
});

const reply = (text: string) =>
  graph(simulator.url, shop, 'POST', 'me/messages', { recipient: { id: maya.id }, message: { text } });
const reached = async () => (await simulator.client.delivered()).map(({ text }) => text);
const echoed = () => receiver.messaging().flatMap(({ message }) => (message.is_echo === true ? [message.text] : []));

describe('Graph faults', () => {
  it('throttle the next n calls with usage headers, and deliver nothing', async () => {
    await simulator.client.fault({ kind: 'graph_throttled', times: 2, regainAccessMinutes: 3 });
    const throttled = await reply('one');
    expect([throttled.status, throttled.json.error.code]).toEqual([429, 80002]);
    const usage = JSON.parse(throttled.headers.get('x-business-use-case-usage')!);
    expect(usage[shop.nativeId][0]).toMatchObject({ call_count: 100, estimated_time_to_regain_access: 3 });
    expect(JSON.parse(throttled.headers.get('x-app-usage')!).call_count).toBe(100);
    expect((await reply('two')).status).toBe(429);
    expect((await reply('three')).status).toBe(200);
    expect(await reached()).toEqual(['three']);
  });

  it('fail with 5xx, with and without JSON, with and without delivery', async () => {
    await simulator.client.fault({ kind: 'graph_error', times: 1 });
    await simulator.client.fault({ kind: 'graph_html', times: 1, status: 503 });
    await simulator.client.fault({ kind: 'graph_error', times: 1, code: 2, delivers: true });
    expect((await reply('one')).json.error.code).toBe(1);
    const page = await reply('two');
    expect([page.status, page.json, page.headers.get('content-type')]).toEqual([
      503,
      null,
      expect.stringContaining('text/html'),
    ]);
    expect((await reply('three')).json.error.code).toBe(2);
    expect(await reached()).toEqual(['three']);
  });

  it('refuse in words that the test chooses, even after delivery', async () => {
    const refusal = { status: 400, code: 20, subcode: 1772107, message: 'does not support the response format' };
    await simulator.client.fault({ kind: 'graph_error', times: 1, delivers: true, ...refusal });
    const refused = await reply('one');
    expect([refused.status, refused.json.error]).toEqual([
      400,
      expect.objectContaining({ code: 20, error_subcode: 1772107, message: expect.stringContaining(refusal.message) }),
    ]);
    expect(await reached()).toEqual(['one']);
    await simulator.client.settled();
    expect(echoed()).toEqual(['one']);
  });

  it('reset the connection before anything happened', async () => {
    await simulator.client.fault({ kind: 'reset_before_delivery', times: 1 });
    await expect(reply('one')).rejects.toThrow();
    expect(await reached()).toEqual([]);
  });

  it('lose the answer after delivery, and still echo', async () => {
    await simulator.client.fault({ kind: 'lost_answer', times: 1 });
    await expect(reply('one')).rejects.toThrow();
    expect(await reached()).toEqual(['one']);
    await simulator.client.settled();
    expect(echoed()).toEqual(['one']);
  });

  it('answer slowly although the message was delivered immediately', async () => {
    await simulator.client.fault({ kind: 'slow_answer', times: 1, delayMs: 150 });
    const startedAt = performance.now();
    const pending = reply('one');
    await expect.poll(reached).toEqual(['one']);
    expect(performance.now() - startedAt).toBeLessThan(150);
    expect((await pending).status).toBe(200);
    expect(performance.now() - startedAt).toBeGreaterThan(140);
  });

  it('leave reads alone unless set to hit all calls', async () => {
    await simulator.client.fault({ kind: 'graph_error', times: 1 });
    expect((await graph(simulator.url, shop, 'GET', 'me')).status).toBe(200);
    expect((await reply('one')).status).toBe(500);
    await simulator.client.fault({ kind: 'graph_error', times: 1, calls: 'all' });
    expect((await graph(simulator.url, shop, 'GET', 'me')).status).toBe(500);
  });
});

describe('echoes', () => {
  it('stay away, come late, or come before the answer', async () => {
    await simulator.client.fault({ kind: 'echo_none', times: 1 });
    await simulator.client.fault({ kind: 'echo_late', times: 1, delayMs: 80 });
    await reply('none');
    await reply('late');
    await reply('prompt');
    await simulator.client.settled();
    expect(echoed()).toEqual(['prompt', 'late']);

    await simulator.client.fault({ kind: 'echo_before_answer', times: 1 });
    await simulator.client.fault({ kind: 'slow_answer', times: 1, delayMs: 60_000 });
    const pending = reply('early').catch(() => 'cut off');
    await expect.poll(echoed).toContain('early');
    await simulator.close();
    expect(await pending).toBe('cut off');
  });
});
