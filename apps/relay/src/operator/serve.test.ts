import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { database, deadlineMs, folder, run, serve, setup, useCommandLine } from './testing/command-line.ts';

useCommandLine();

test('prints its address, works beside the other commands, keeps out a second relay and a restore, ends on SIGTERM', async () => {
  const { ownerCode, agencyId } = await setup();
  const { child, end, url } = await serve();
  expect((await fetch(`${url}/readyz`)).status).toBe(200);
  const paired = await fetch(`${url}/api/devices`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ code: ownerCode, name: 'Ida' }),
  });
  const { deviceToken, deviceId } = (await paired.json()) as { deviceToken: string; deviceId: string };
  const asked = async () =>
    (await fetch(`${url}/api/conversations`, { headers: { authorization: `Bearer ${deviceToken}` } })).status;
  expect(await asked()).toBe(200);
  expect((await run(['keys', 'devices', '--json'])).lines).toMatchObject([
    { deviceId, name: 'Ida', person: { role: 'owner' }, revokedAt: null },
  ]);
  expect((await run(['backup', '--to', 'copy.db'])).code).toBe(0);
  expect(await run(['serve'])).toMatchObject({
    code: 1,
    people: expect.stringContaining('Another relay is serving'),
  });
  expect(await run(['restore', '--from', 'copy.db'])).toMatchObject({
    code: 1,
    people: expect.stringContaining('Another relay is serving'),
  });
  expect((await run(['keys', 'revoke', '--agency', agencyId, '--device', deviceId])).code).toBe(0);
  expect(await asked()).toBe(401);
  child.kill('SIGTERM');
  expect(await end).toMatchObject({
    code: 0,
    lines: [{ url, metricsUrl: expect.stringMatching(/^http:.*metrics$/) }],
  });
}, 40_000);

test(
  'names the channels that cannot receive',
  async () => {
    const { child, end } = await serve({ INSTAGRAM_APP_SECRET: 's', INSTAGRAM_WEBHOOK_TOKEN: 't' });
    child.kill('SIGINT');
    const { code, people } = await end;
    expect(code).toBe(0);
    expect(people).toContain('Facebook cannot receive: set FACEBOOK_WEBHOOK_TOKEN');
    expect(people).not.toContain('Instagram cannot receive');
  },
  deadlineMs,
);

test(
  'says that the port is taken',
  async () => {
    await setup();
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as AddressInfo;
    const { code, people } = await run(['serve'], { PORT: String(port) });
    other.close();
    expect([code, people]).toEqual([1, expect.stringContaining(`Port ${port} of 127.0.0.1 is taken`)]);
    expect(people).not.toContain('    at ');
  },
  deadlineMs,
);

test(
  'ends if it cannot serve metrics, instead of going on as half a relay',
  async () => {
    await setup();
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as AddressInfo;
    const { code, people } = await run(['serve'], { PORT: '0', METRICS_LISTEN: `127.0.0.1:${port}` });
    other.close();
    expect([code, people]).toEqual([1, expect.stringContaining('Set METRICS_LISTEN to another host and port')]);
  },
  deadlineMs,
);

test(
  'leaves a newer database alone',
  async () => {
    mkdirSync(join(folder, 'data'));
    await setup();
    const db = new Database(database());
    db.pragma('user_version = 99');
    db.exec('update schema_compatibility set compatible_with = 99');
    db.close();
    expect(await run(['serve'])).toMatchObject({
      code: 1,
      people: expect.stringContaining('A newer relay wrote it'),
    });
  },
  deadlineMs,
);

test(
  'makes no new key if the key of its database is missing',
  async () => {
    await setup();
    rmSync(join(folder, 'secrets'), { recursive: true });
    expect(await run(['serve'])).toMatchObject({
      code: 1,
      people: expect.stringContaining('There is no master key'),
    });
    expect(existsSync(join(folder, 'secrets'))).toBe(false);
  },
  deadlineMs,
);
