import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { root } from '../../build/root.ts';
import { type Stack, startStack } from '../../build/stack/stack.ts';
import { until } from '../../build/stack/until.ts';
import { deliver, messagesTo } from '../relay-from-outside.ts';
import { addDevices, startDesks } from './relay-under-load.ts';

/** The proxies as `docs/operating.md` configures them, but without TLS and on ports of this test. */
const manual = readFileSync(join(root, 'docs/operating.md'), 'utf8');
/** The relay does not count wrong codes against this machine itself, so the proxies are called at its network address. */
const address = Object.values(networkInterfaces())
  .flat()
  .find((each) => each !== undefined && !each.internal && each.family === 'IPv4')?.address;
const proxies = {
  Caddy: {
    program: 'caddy',
    settings: caddySettings,
    args: (path: string) => ['run', '--config', path, '--adapter', 'caddyfile'],
  },
  nginx: { program: 'nginx', settings: nginxSettings, args: (path: string) => ['-c', path, '-e', 'stderr'] },
} as const;

for (const name of ['Caddy', 'nginx'] as const) {
  const { program, settings, args } = proxies[name];
  const isThere = spawnSync(program, ['version']).error === undefined;
  if (!isThere) console.warn(`skipped: ${name} is not on this machine (Debian's package ${program})`);
  if (address === undefined) console.warn('skipped: this machine is in no network');

  describe.skipIf(!isThere || address === undefined)(`behind ${name}`, () => {
    let stack: Stack;
    let folder: string;
    let proxy: ChildProcess;
    let url: string;
    beforeAll(async () => {
      process.env['TRUSTED_PROXIES'] = 'loopback';
      stack = await startStack();
      folder = mkdtempSync(join(tmpdir(), 'transom-proxy-'));
      const port = await freePort();
      url = `http://${address}:${port}`;
      const path = join(folder, 'settings');
      mkdirSync(join(folder, 'temporary'));
      writeFileSync(path, settings(port, new URL(stack.relayUrl).port, folder));
      proxy = spawn(program, args(path), { stdio: 'ignore', env: { ...process.env, HOME: folder } });
      await until('the proxy passes on', async () =>
        fetch(`${url}/healthz`).then(
          (answer) => (answer.ok ? true : undefined),
          () => undefined,
        ),
      );
    });
    afterAll(async () => {
      const gone = once(proxy, 'exit');
      proxy.kill('SIGTERM');
      await gone;
      await stack.close();
      rmSync(folder, { recursive: true });
    });

    test('webhooks come through, large ones too', async () => {
      const text = 'A sauna for six? '.repeat(100);
      const many = Array.from({ length: 2_000 }, (_, n) => ({ mid: `m${n}`, sender: '1700000000000001', text }));
      const payload = messagesTo(stack.accounts[0]!, ...many);
      expect(JSON.stringify(payload).length).toBeGreaterThan(3e6);
      expect(await deliver({ ...stack, relayUrl: url }, 'instagram', payload)).toBe(200);
    });

    test('desks are let in and follow the feed', async () => {
      const desks = startDesks();
      await desks.call('connect', url, addDevices(stack, 1, 'agent'), null);
      await until('the desk is connected', async () =>
        (await desks.call<number>('connected')) === 1 ? true : undefined,
      );
      await desks.stop();
    });

    test('metrics are for this machine alone', async () => {
      expect((await fetch(`${url}/metrics`)).status).toBe(404);
    });

    test('ten wrong codes close the door, whatever address the caller claims', async () => {
      const statuses: number[] = [];
      for (let attempt = 0; attempt < 11; attempt += 1) {
        const answer = await fetch(`${url}/api/devices`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'x-forwarded-for': `198.51.100.${attempt}` },
          body: JSON.stringify({ code: 'AAAAA-AAAAA', name: 'x' }),
        });
        statuses.push(answer.status);
      }
      expect(statuses).toEqual([...Array.from({ length: 10 }, () => 403), 429]);
    });
  });
}

/** The manual's example with this beginning. */
function exampleOf(beginning: string): string {
  const example = manual.split('```\n').find((block) => block.startsWith(beginning));
  if (example === undefined) throw new Error(`The manual has no example that begins with "${beginning}".`);
  return example;
}

function caddySettings(port: number, relayPort: string): string {
  const site = exampleOf('relay.example.com {')
    .replace('relay.example.com', `http://:${port}`)
    .replace('8787', relayPort);
  return `{\n\tadmin off\n}\n${site}`;
}

function nginxSettings(port: number, relayPort: string, folder: string): string {
  const [server = '', http = ''] = exampleOf('server {').split('# In the http block:\n');
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (what) => `${what}_temp_path ${join(folder, 'temporary', what)};`,
  );
  // Its workers would otherwise run as a user who cannot write here.
  const user = process.getuid?.() === 0 ? 'user root;' : '';
  return `
    daemon off;
    ${user}
    pid ${join(folder, 'pid')};
    events {}
    http {
      access_log off;
      ${temporary.join('\n')}
      ${http}
      ${server.replace('443 ssl', String(port)).replace('8787', relayPort)}
    }`;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0);
  await once(server, 'listening');
  const found = server.address();
  server.close();
  await once(server, 'close');
  return typeof found === 'object' && found !== null ? found.port : 0;
}
