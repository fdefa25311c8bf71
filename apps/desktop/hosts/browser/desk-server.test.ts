import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import type { Pipe } from '../../contract/pipe.ts';
import { newToken } from './access.ts';
import { type DeskServer, startDeskServer } from './desk-server.ts';

let dir: string;
let server: DeskServer;
let stopped: number;
const token = newToken();

/** Echoes what it hears, so that a test sees both directions of a pipe. */
function serveEcho(pipe: Pipe): () => void {
  pipe.onMessage((text) => pipe.post(`heard ${text}`));
  return () => void (stopped += 1);
}

beforeEach(async () => {
  stopped = 0;
  dir = await mkdtemp(join(tmpdir(), 'transom-browser-'));
  await mkdir(join(dir, 'renderer'));
  await writeFile(join(dir, 'renderer', 'index.html'), '<!doctype html><title>Transom</title>');
  await writeFile(join(dir, 'secret.json'), '{}');
  server = await startDeskServer({ port: 0, bundleDir: join(dir, 'renderer'), token, serve: serveEcho });
});

afterEach(async () => {
  await server.close();
  await rm(dir, { recursive: true, force: true });
});

const host = () => `127.0.0.1:${server.port}`;

function open(options: { token?: string; origin?: string; host?: string; path?: string } = {}): WebSocket {
  return new WebSocket(`ws://${host()}${options.path ?? '/core'}`, [`transom.${options.token ?? token}`], {
    origin: options.origin ?? `http://${host()}`,
    headers: options.host === undefined ? {} : { host: options.host },
  });
}

async function statusOf(socket: WebSocket): Promise<number> {
  const opened = once(socket, 'open').then(() => 101);
  const refused = new Promise<number>((resolve) =>
    socket.once('unexpected-response', (_request, response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    }),
  );
  socket.on('error', () => undefined);
  return Promise.race([opened, refused]);
}

/** By hand, because fetch would normalize the path and the host. */
function get(
  path: string,
  hostHeader = host(),
): Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; text: string }> {
  return new Promise((resolve, reject) => {
    const call = request({ host: '127.0.0.1', port: server.port, path, headers: { host: hostHeader } }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => void (text += part));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
    });
    call.on('error', reject);
    call.end();
  });
}

test('serves the page under the strict policy, which lets it reach its own socket only', async () => {
  const page = await get('/?gallery');
  expect(page.status).toBe(200);
  expect(page.text).toContain('Transom');
  expect(page.headers['content-security-policy']).toContain(`connect-src ws://${host()};`);
  expect(page.headers['content-security-policy']).toContain("default-src 'none'");
  expect(page.headers['x-content-type-options']).toBe('nosniff');
});

test('a page with the token talks to the core, and the core notices when it leaves', async () => {
  const socket = open();
  await once(socket, 'open');
  expect(socket.protocol).toBe(`transom.${token}`);
  socket.send('hello');
  const [data] = (await once(socket, 'message')) as [Buffer];
  expect(data.toString()).toBe('heard hello');
  socket.close();
  await vi.waitFor(() => expect(stopped).toBe(1));
});

test('a wrong, a shortened and a missing token are refused', async () => {
  expect(await statusOf(open({ token: newToken() }))).toBe(401);
  expect(await statusOf(open({ token: token.slice(0, -1) }))).toBe(401);
  expect(await statusOf(new WebSocket(`ws://${host()}/core`, { origin: `http://${host()}` }))).toBe(401);
});

test('a page of another origin is refused even with the token, and so is a missing origin', async () => {
  for (const origin of [
    'https://evil.example',
    'http://127.0.0.1:1',
    `http://localhost:${server.port}`,
    `https://${host()}`,
    'null',
  ]) {
    expect(await statusOf(open({ origin }))).toBe(403);
  }
  expect(await statusOf(new WebSocket(`ws://${host()}/core`, [`transom.${token}`]))).toBe(403);
});

test('a host name that was rebound to this address is refused as misdirected', async () => {
  expect((await get('/', `evil.example:${server.port}`)).status).toBe(421);
  expect((await get('/', 'localhost')).status).toBe(421);
  expect(await statusOf(open({ host: `evil.example:${server.port}` }))).toBe(421);
});

test('a socket on any other path is not found', async () => {
  expect(await statusOf(open({ path: '/' }))).toBe(404);
  expect(await statusOf(open({ path: '/core?x' }))).toBe(404);
});

test.each([
  '/../secret.json',
  '/%2e%2e/secret.json',
  '/..%2fsecret.json',
  '//127.0.0.1/../secret.json',
  '/.git/config',
  '/none.js',
])('%s is not found', async (path) => expect((await get(path)).status).toBe(404));

test('a binary message is ignored, an oversized one ends its socket and no other', async () => {
  const socket = open();
  await once(socket, 'open');
  const other = open();
  await once(other, 'open');
  socket.send(Buffer.from('binary'));
  socket.send('text');
  const [data] = (await once(socket, 'message')) as [Buffer];
  expect(data.toString()).toBe('heard text');
  socket.on('error', () => undefined);
  socket.send('x'.repeat(2 * 1024 * 1024));
  await once(socket, 'close');
  other.send('still here');
  const [answer] = (await once(other, 'message')) as [Buffer];
  expect(answer.toString()).toBe('heard still here');
});

test('only 127.0.0.1 is bound, and closing cuts open connections', async () => {
  const socket = open();
  await once(socket, 'open');
  const gone = once(socket, 'close');
  socket.on('error', () => undefined);
  const raw = connect(server.port, '127.0.0.2');
  const [error] = (await once(raw, 'error')) as [NodeJS.ErrnoException];
  expect(error.code).toBe('ECONNREFUSED');
  await server.close();
  await gone;
  expect(stopped).toBe(1);
  server = await startDeskServer({ port: 0, bundleDir: dir, token, serve: serveEcho });
});

test('a taken port rejects with the system error', async () => {
  await expect(startDeskServer({ port: server.port, bundleDir: dir, token, serve: serveEcho })).rejects.toMatchObject({
    code: 'EADDRINUSE',
  });
});
