import { expect, test } from 'vitest';
import { agencyWith, app, call, joinAgency, serve, url, useApiRoom } from './testing/api-room.ts';
import { startForwarder } from './testing/forwarder.ts';

useApiRoom();

async function serveWith(env: Record<string, string>): Promise<void> {
  await app.close();
  await serve(env);
}

async function pair(at: string, code = 'AAAAA-AAAAA', headers: Record<string, string> = {}): Promise<number> {
  const answer = await fetch(`${at}/api/devices`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ code, name: 'x' }),
  });
  await answer.text();
  return answer.status;
}

test('a trusted proxy names the caller: ten wrong codes block that address and no other', async () => {
  await serveWith({ TRUSTED_PROXIES: 'loopback' });
  let from = '203.0.113.7';
  await using proxy = await startForwarder(url, (head) => {
    head['x-forwarded-for'] = [head['x-forwarded-for'], from].filter((part) => part !== undefined).join(', ');
  });
  for (let attempt = 0; attempt < 10; attempt += 1)
    // The caller may write the header, too; the proxy's entry comes last.
    expect(await pair(proxy.url, undefined, { 'x-forwarded-for': `198.51.100.${attempt}` })).toBe(403);
  expect(await pair(proxy.url, undefined, { 'x-forwarded-for': '198.51.100.99' })).toBe(429);
  from = '203.0.113.8';
  expect(await pair(proxy.url)).toBe(403);
});

test.each([
  ['203.0.113.7:PORT', '203.0.113.7'],
  ['[2001:db8:1:2::1]:PORT', '2001:db8:1:2::9'],
])('a proxy that also writes the caller\u2019s port (%s) names one caller', async (written, samePlace) => {
  await serveWith({ TRUSTED_PROXIES: 'loopback' });
  let from = '';
  await using proxy = await startForwarder(url, (head) => {
    head['x-forwarded-for'] = from;
  });
  for (let attempt = 0; attempt < 10; attempt += 1) {
    from = written.replace('PORT', `${40_000 + attempt}`);
    expect(await pair(proxy.url)).toBe(403);
  }
  from = samePlace;
  expect(await pair(proxy.url)).toBe(429);
});

test('a whole IPv6 network is one caller', async () => {
  await serveWith({ TRUSTED_PROXIES: 'loopback' });
  let from = '';
  await using proxy = await startForwarder(url, (head) => {
    head['x-forwarded-for'] = from;
  });
  for (let attempt = 0; attempt < 10; attempt += 1) {
    from = `2001:db8:1:2::${attempt.toString(16)}`;
    expect(await pair(proxy.url)).toBe(403);
  }
  from = '2001:db8:1:2:ffff::1';
  expect(await pair(proxy.url)).toBe(429);
  from = '2001:db8:1:3::1';
  expect(await pair(proxy.url)).toBe(403);
});

test('behind a proxy that says nothing, wrong codes lock nobody out, and writing headers helps nobody', async () => {
  const { agencyId } = await agencyWith();
  await using proxy = await startForwarder(url, () => undefined);
  const answers: number[] = [];
  for (let attempt = 0; attempt < 130; attempt += 1)
    answers.push(await pair(proxy.url, undefined, { 'x-forwarded-for': `198.51.100.${attempt}` }));
  expect(answers.filter((status) => status === 403)).toHaveLength(100);
  expect(answers.at(-1)).toBe(429);
  // Another desk of the agency, through the same door.
  expect((await joinAgency(agencyId, 'agent')).deviceToken).toBeTruthy();
});

test('figures are for this machine only', async () => {
  // A public relay: a proxy may add no header and connect from this machine.
  expect((await call('GET', '/metrics')).status).toBe(404);
  await serveWith({ PUBLIC_URL: '' });
  expect((await call('GET', '/metrics')).status).toBe(200);
  for (const header of ['x-forwarded-for', 'x-forwarded-proto', 'forwarded', 'via', 'x-real-ip']) {
    await using proxy = await startForwarder(url, (head) => {
      head[header] = '203.0.113.7';
    });
    expect((await fetch(`${proxy.url}/metrics`)).status, header).toBe(404);
  }
  await serveWith({ PUBLIC_URL: '', TRUSTED_PROXIES: 'loopback' });
  expect((await call('GET', '/metrics')).status).toBe(404);
});
