import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { en, plainCode, problemDocument, refuse, sentenceOf } from '@transom/shared';
import { afterEach, expect, test } from 'vitest';
import { memorySecrets } from '../test/plain-core.ts';
import { person } from '../test/stand-in-relay.ts';
import { tempFolder } from '../test/temp-folder.ts';
import { testDesk } from '../test/window.ts';

type Asked = { readonly code: string; readonly name: string; readonly deviceToken?: string };
type Way = (response: ServerResponse, status: number, body: string) => void;

const whole: Way = (response, status, body) => response.writeHead(status).end(body);
const lost: Way = (response) => response.destroy();
const halfOfIt: Way = (response, status, body) => {
  response.writeHead(status, { 'content-length': body.length });
  response.write(body.slice(0, 20), () => response.destroy());
};

const listening = new Set<Server>();
afterEach(stopListening);

async function stopListening(): Promise<void> {
  for (const http of listening) {
    const closed = new Promise((resolve) => http.close(resolve));
    http.closeAllConnections();
    await closed;
  }
  listening.clear();
}

/** Listens on a port of its own; `answer` answers each call. */
async function listen(answer: RequestListener): Promise<string> {
  const http = createServer(answer);
  await new Promise<void>((resolve) => void http.listen(0, '127.0.0.1', resolve));
  listening.add(http);
  return `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
}

/** The relay's rules of pairing: a code creates one device, and gives it again to a desk that sends the same token. */
async function pairingRelay({ knowsTokens = true } = {}) {
  const devices = new Map<string, { deviceId: string; deviceToken: string }>();
  const relay = { url: '', asked: [] as Asked[], devices, ways: [] as Way[] };
  relay.url = await listen((request, response) => {
    if (request.url !== '/api/devices') return void response.destroy();
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const asked = JSON.parse(Buffer.concat(chunks).toString()) as Asked;
      relay.asked.push(asked);
      const { status, body } = pair(asked);
      (relay.ways.shift() ?? whole)(response, status, JSON.stringify(body));
    });
  });
  return relay;

  function pair({ code: typed, deviceToken }: Asked): { status: number; body: object } {
    const code = plainCode(typed);
    if (!knowsTokens && deviceToken !== undefined)
      return { status: 400, body: problemDocument(refuse('invalid_request')) };
    const before = devices.get(code);
    if (before !== undefined && before.deviceToken !== deviceToken)
      return { status: 403, body: problemDocument(refuse('code_invalid')) };
    const number = devices.size + 1;
    const device = before ?? { deviceId: `device-${number}`, deviceToken: deviceToken ?? `token-${number}` };
    devices.set(code, device);
    return { status: 201, body: { ...device, agency: { id: 'agency-1', name: 'Nordic' }, person } };
  }
}

async function deskAt(relayUrl: string, secrets = memorySecrets()) {
  const desk = await testDesk(tempFolder(), secrets);
  return {
    isPaired: async () => (await desk.call('session.get', {})).paired,
    pair: (code: string) => desk.call('session.pair', { relayUrl, code, name: 'Front desk' }),
    /** What the person reads when the desk was not connected. */
    async refused(code: string): Promise<string> {
      const outcome = await desk.call('session.pair', { relayUrl, code, name: 'Front desk' });
      return outcome.ok ? 'It was connected.' : sentenceOf(en, outcome.refusal);
    },
  };
}

test.each([
  { cut: 'before its first byte', way: lost },
  { cut: 'in its middle', way: halfOfIt },
])(
  'an answer that is cut off $cut: the same code, typed in any way, gives the device that was created',
  async ({ way }) => {
    const relay = await pairingRelay();
    const secrets = memorySecrets();
    const desk = await deskAt(relay.url, secrets);
    relay.ways.push(way, way);
    for (const typed of ['CODE0-0000A', 'code0 0000a']) {
      const words = await desk.refused(typed);
      expect(words).toContain('The code may or may not have been used. Try again with the same code.');
      expect(await desk.isPaired()).toBe(false);
    }
    expect(await desk.pair('CODEO-OOOOA')).toEqual({ ok: true });
    const [device, ...more] = relay.devices.values();
    expect(more).toEqual([]);
    expect(await secrets.get('device-token-device-1')).toBe(device?.deviceToken);
    expect(device?.deviceToken).toMatch(/^[\w-]{43}$/);
  },
);

test('a keychain that did not take the sign-in: once unlocked, the same code gives the same device', async () => {
  const relay = await pairingRelay();
  const held = memorySecrets();
  let isLocked = true;
  const secrets = {
    ...held,
    set: (name: string, value: string) => (isLocked ? Promise.reject(new Error('locked')) : held.set(name, value)),
  };
  const desk = await deskAt(relay.url, secrets);
  expect(await desk.refused('CODE-A')).toContain('try again with the same code');
  isLocked = false;
  expect(await desk.pair('CODE-A')).toEqual({ ok: true });
  expect(relay.devices.size).toBe(1);
});

test('each code and each relay has a token of its own, and a completed pairing leaves none behind', async () => {
  const [relay, other] = [await pairingRelay(), await pairingRelay()];
  const desk = await testDesk();
  relay.ways.push(lost, lost);
  for (const [relayUrl, code] of [
    [relay.url, 'CODE-A'],
    [relay.url, 'CODE-B'],
    [other.url, 'CODE-A'],
    [relay.url, 'CODE-A'],
  ] as const)
    await desk.call('session.pair', { relayUrl, code, name: 'x' });
  const tokens = [...relay.asked, ...other.asked].map(({ deviceToken }) => deviceToken);
  expect(tokens).not.toContain(undefined);
  expect(new Set(tokens).size).toBe(4);
});

test('a relay of the first version, which does not know that field, pairs as before', async () => {
  const relay = await pairingRelay({ knowsTokens: false });
  const desk = await deskAt(relay.url);
  relay.ways.push(whole, lost);
  expect(await desk.refused('CODE-A')).toContain('If it is refused, ask whoever runs the relay for a new one');
  expect(await desk.refused('CODE-A')).toBe(en.reasons.code_invalid);
  expect(await desk.pair('CODE-B')).toEqual({ ok: true });
  expect(relay.asked.at(-1)).toEqual({ code: 'CODE-B', name: 'Front desk' });
});

test('what a relay says about the shape of a request is reported in words for people', async () => {
  const url = await listen((_request, response) => {
    response.writeHead(400, { 'content-type': 'application/json' });
    response.end(
      JSON.stringify({ code: 'invalid_request', detail: '\u2716 Invalid input: expected string\n  \u2192 at name' }),
    );
  });
  const words = await (await deskAt(url)).refused('CODE-A');
  expect(words).not.toMatch(/invalid/i);
  expect(words).toContain('ask whoever runs the relay');
});

test.each(['127.0.0.1', 'localhost'])(
  'if nobody listens, as at %s, the attempt did not use the code, and the words say no more than that',
  async (hostname) => {
    const url = new URL(await listen(() => undefined));
    await stopListening();
    url.hostname = hostname;
    const words = await (await deskAt(url.href)).refused('CODE-A');
    expect(words).toContain('so this attempt did not use the code');
    expect(words).not.toContain('still good');
  },
);

test.each([
  { status: 502, says: 'The code may or may not have been used' },
  { status: 504, says: 'The code may or may not have been used' },
  { status: 201, says: 'The code may or may not have been used' },
  { status: 200, says: 'no working Transom relay' },
  { status: 301, says: 'no working Transom relay' },
  { status: 404, says: 'no working Transom relay' },
])('a page instead of an answer, with status $status: $says', async ({ status, says }) => {
  const asked: string[] = [];
  const url = await listen((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    response.writeHead(status, { 'content-type': 'text/html', location: '/elsewhere' }).end('<p>Sorry</p>');
  });
  expect(await (await deskAt(url)).refused('CODE-A')).toContain(says);
  expect(asked).toEqual(['POST /api/devices']);
});
