import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { SimulatorClient } from './client.ts';

const main = fileURLToPath(new URL('main.ts', import.meta.url));
const secrets = ['--instagram-secret', 'i', '--facebook-secret', 'f'];

function start(...given: string[]) {
  const child = spawn(process.execPath, [main, ...given], { stdio: ['ignore', 'pipe', 'pipe'] });
  const said = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said.out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said.err += text));
  return { child, said, closed: once(child, 'close').then(([code]) => code as number | null) };
}

it('prints one JSON line when ready, accepts commands from another process and ends on SIGTERM', async () => {
  const { child, said, closed } = start(...secrets, '--world', 'quiet-shop', '--json');
  await expect.poll(() => said.out, { timeout: 5_000 }).toContain('\n');
  const { url, accounts } = JSON.parse(said.out);
  expect(accounts).toEqual([
    {
      channel: 'instagram',
      nativeId: expect.stringMatching(/^17841\d{12}$/),
      token: expect.stringMatching(/^IGAA/),
      name: 'Fjord & Steam',
    },
    { channel: 'facebook', nativeId: expect.any(String), token: expect.stringMatching(/^EAA/), name: 'Fjord & Steam' },
  ]);
  expect(await new SimulatorClient(url).accounts()).toHaveLength(2);

  const second = start(...secrets, '--port', new URL(url).port);
  expect(await second.closed).toBe(1);
  expect(second.said.err).toMatch(/^Port \d+ is in use\. /);

  child.kill('SIGTERM');
  expect(await closed).toBe(0);
  expect(said.out.trim().split('\n')).toHaveLength(1);
});

it('says what is wrong with its arguments, and writes nothing to standard output', async () => {
  const wrong = start('--world', 'atlantis', '--port', 'x', '--facebook-secret', 'f');
  const unknown = start('--wrold', 'quiet-shop');
  expect(await wrong.closed).toBe(2);
  expect(wrong.said.err).toContain('--world unknown world; there are quiet-shop, monday-rush');
  expect(wrong.said.err).toContain('--port must be a number');
  expect(wrong.said.err).toContain('--instagram-secret is required');
  expect(wrong.said.out).toBe('');
  expect(await unknown.closed).toBe(2);
  expect(unknown.said.err).toContain('--wrold');
});
