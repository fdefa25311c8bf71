import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { answerBundleRequest } from './bundle-protocol.ts';

vi.mock('electron', () => import('../../test/fake-electron/electron.ts'));

let dir: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'transom-protocol-'));
  await writeFile(join(dir, 'index.html'), '<!doctype html>');
});

afterAll(() => rm(dir, { recursive: true, force: true }));

test('the page of our own host is served, and may connect nowhere', async () => {
  const response = await answerBundleRequest(dir, new Request('transom://desk/index.html'));
  expect(response.status).toBe(200);
  expect(await response.text()).toBe('<!doctype html>');
  expect(response.headers.get('content-security-policy')).toContain("connect-src 'none'");
  expect(response.headers.get('x-content-type-options')).toBe('nosniff');
});

test.each([
  'transom://evil/index.html',
  'transom://desk.evil.example/index.html',
  'transom://desk:81/index.html',
  'transom://user@desk/index.html',
  'https://desk/index.html',
  'transom://desk/%2e%2e%2findex.html',
  'transom://desk/..%5c..%5cindex.html',
])('%s gets nothing', async (url) => {
  // Request itself refuses some of these; a scheme handler would still see them, so the shape is enough here.
  const response = await answerBundleRequest(dir, { url, method: 'GET' } as Request);
  expect(response.status).toBe(404);
  expect(await response.text()).toBe('');
});

test('only reading is possible', async () => {
  for (const method of ['POST', 'PUT', 'DELETE']) {
    expect((await answerBundleRequest(dir, new Request('transom://desk/index.html', { method }))).status).toBe(405);
  }
});
