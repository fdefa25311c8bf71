import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundlePath, bundleResponse } from './bundle-response.ts';

let dir: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'transom-bundle-'));
  await mkdir(join(dir, 'out', 'assets'), { recursive: true });
  await writeFile(join(dir, 'out', 'index.html'), '<!doctype html><title>Transom</title>');
  await writeFile(join(dir, 'out', 'assets', 'app.js'), 'export {};');
  await writeFile(join(dir, 'out', 'assets', 'notes.txt'), 'not part of a bundle');
  await writeFile(join(dir, 'out', 'assets', '.hidden.js'), 'not part of a bundle');
  await writeFile(join(dir, 'secret.json'), '{"secret":true}');
});

afterAll(() => rm(dir, { recursive: true, force: true }));

const get = (urlPath: string, method = 'GET') => bundleResponse(join(dir, 'out'), { method, urlPath }, "'none'");

test('the root is the page, under the strict policy and never sniffed', async () => {
  const response = await get('/');
  expect(response.status).toBe(200);
  expect(new TextDecoder().decode(response.body ?? undefined)).toContain('Transom');
  expect(response.headers['content-type']).toBe('text/html; charset=utf-8');
  expect(response.headers['x-content-type-options']).toBe('nosniff');
  expect(response.headers['content-security-policy']).toContain("default-src 'none'");
  expect(response.headers['content-security-policy']).toContain("connect-src 'none'");
  expect(response.headers['content-security-policy']).not.toContain('unsafe');
});

test('a script has the type that lets a module run', async () => {
  expect((await get('/assets/app.js')).headers['content-type']).toBe('text/javascript; charset=utf-8');
});

test('HEAD has the headers and no body; other methods are refused', async () => {
  const head = await get('/', 'HEAD');
  expect(head).toMatchObject({ status: 200, body: null });
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'get']) expect((await get('/', method)).status).toBe(405);
});

test.each([
  '/../secret.json',
  '/..%2fsecret.json',
  '/%2e%2e/secret.json',
  '/assets/../../secret.json',
  '/..\\secret.json',
  '/%5c..%5csecret.json',
  '/index.html%00.png',
  '/C:/secret.json',
  '/%E0%A4%A',
  'secret.json',
  '',
  '/.env.json',
  '/assets',
  '/assets/',
  '/assets/.hidden.js',
  '/assets/notes.txt',
  '/missing.js',
])('%j is not found, and still carries the policy', async (urlPath) => {
  const response = await get(urlPath);
  expect(response.status).toBe(404);
  expect(response.body).toBeNull();
  expect(response.headers['content-security-policy']).toBeDefined();
});

test('what any system reads as a separator, a drive or an end is refused on all of them', () => {
  for (const urlPath of ['/a\\b.js', '/a%5cb.js', '/C:/b.js', '/b.js:stream.js', '/b%00.js']) {
    expect(bundlePath('/srv/bundle', urlPath)).toBeNull();
  }
});

test('no path leaves the bundle folder', () => {
  const part = fc.oneof(
    fc.constantFrom('..', '.', '%2e%2e', '%2f', '%5c', '\\', '//', '%00', 'C:', 'assets', 'a.js', '%252e%252e'),
    fc.string({ maxLength: 8 }),
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 8 }), fc.constantFrom('', '.js', '.json'), (parts, ending) => {
      const path = bundlePath('/srv/bundle', `/${parts.join('/')}${ending}`);
      expect(path === null || path.startsWith(`${sep}srv${sep}bundle${sep}`)).toBe(true);
      expect(path?.split(sep).includes('..') ?? false).toBe(false);
    }),
    { numRuns: 2_000 },
  );
});
