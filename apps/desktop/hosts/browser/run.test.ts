import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createBirpc } from 'birpc';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import type { CoreFunctions } from '../../contract/contract.ts';
import { decodeWire, encodeWire } from '../../contract/wire.ts';

/** The host as a person starts it: a process of its own, with the real core. */
vi.setConfig({ testTimeout: 30_000 });
const main = fileURLToPath(new URL('main.ts', import.meta.url));
let dir: string;
let children: ChildProcess[];

beforeEach(async () => {
  children = [];
  dir = await mkdtemp(join(tmpdir(), 'transom-run-'));
});

afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  await rm(dir, { recursive: true, force: true });
});

function start(...args: string[]): ChildProcess {
  // No session bus, so no keychain of this computer is touched.
  const env = { ...process.env, DBUS_SESSION_BUS_ADDRESS: 'disabled:' };
  const child = spawn(process.execPath, [main, '--data', join(dir, 'desk'), ...args], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  return child;
}

async function ended(child: ChildProcess): Promise<{ code: number | null; said: string; out: string }> {
  let said = '';
  let out = '';
  child.stderr?.on('data', (part: Buffer) => void (said += part.toString()));
  child.stdout?.on('data', (part: Buffer) => void (out += part.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, said, out };
}

async function readyAt(child: ChildProcess): Promise<{ socketUrl: string; origin: string; token: string }> {
  if (child.stdout === null) throw new Error('The process has no output.');
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  const url = new URL((JSON.parse(line) as { url: string }).url);
  return { socketUrl: `ws://${url.host}/core`, origin: url.origin, token: url.hash.slice('#token='.length) };
}

test('prints its address in one line, answers its window, and ends cleanly when told', async () => {
  const child = start('--json');
  const { socketUrl, origin, token } = await readyAt(child);
  const socket = new WebSocket(socketUrl, [`transom.${token}`], { origin });
  await once(socket, 'open');
  const rpc = createBirpc<CoreFunctions, { event(): void }, false>(
    { event: () => undefined },
    {
      proxify: false,
      post: (text: string) => socket.send(text),
      on: (listener) => socket.on('message', (data: Buffer) => listener(data.toString())),
      serialize: encodeWire,
      deserialize: decodeWire,
    },
  );
  const session = await rpc.$call('session.get', {});
  expect(session.platform).toMatchObject({ host: 'browser', canNotify: false });
  expect(session.paired).toBe(false);
  // A process behind a page cannot open a tab: the window does, with the link that the core has rebuilt.
  expect(await rpc.$call('host.openExternal', { url: 'https://example.com' })).toEqual({
    ok: true,
    openHere: 'https://example.com/',
  });
  expect(await rpc.$call('host.openExternal', { url: 'mailto:a@example.com?attach=/etc/passwd' })).toEqual({
    ok: true,
    openHere: 'mailto:a@example.com',
  });
  expect(await rpc.$call('host.openExternal', { url: 'file:///etc/passwd' })).toMatchObject({ ok: false });
  socket.on('error', () => undefined);
  child.kill('SIGTERM');
  expect((await ended(child)).code).toBe(0);
});

test('a port that is taken is explained in one sentence', async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  const { port } = taken.address() as AddressInfo;
  const { code, said, out } = await ended(start('--json', '--port', String(port)));
  taken.close();
  expect(code).toBe(1);
  expect(out).toBe('');
  expect(said).toContain(`Port ${port} is in use by another program`);
});

test('a desk that cannot be paired says why and does not pretend to be ready', async () => {
  const { code, said, out } = await ended(start('--json', '--relay', 'http://127.0.0.1:9', '--pair-code', 'WRONG'));
  expect(code).toBe(1);
  expect(out).toBe('');
  expect(said).toContain('This desk could not be paired: ');
});

test('a wrong flag is explained, with the usage', async () => {
  const { code, said } = await ended(start('--prot', '1'));
  expect(code).toBe(1);
  expect(said).toContain('--prot');
  expect(said).toContain('Usage:');
});
