import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { app } from '../../test/fake-electron/electron.ts';
import { type DeepLink, findDeepLink, installDeepLinks, parseDeepLink } from './deep-links.ts';
import { readArguments } from './single-instance.ts';

vi.mock('electron', () => import('../../test/fake-electron/electron.ts'));

const id = '01920000-0000-7000-8000-00000000000a';

test('a link names a conversation', () => {
  expect(parseDeepLink(`transom-desk://open/${id}`)).toEqual({ kind: 'open-conversation', conversationId: id });
});

test.each([
  'transom-desk://open/',
  'transom-desk://open',
  'transom-desk:open/1',
  'transom-desk:///open/1',
  'transom-desk://run/1',
  'transom-desk://open.evil.example/1',
  'transom-desk://user@open/1',
  'transom-desk://open:80/1',
  'transom-desk://open/1/2',
  'transom-desk://open/../1/../..',
  'transom-desk://open/%2e%2e',
  'transom-desk://open/1?url=https://evil.example',
  'transom-desk://open/1#token=x',
  'transom-desk://open/-rf',
  'transom-desk://open/$(id)',
  'transom-desk://open/1%0a2',
  `transom-desk://open/${'a'.repeat(101)}`,
  'transom://desk/index.html',
  'https://open/1',
  'javascript:alert(1)',
  'open/1',
  '',
])('%j is not followed', (text) => {
  expect(parseDeepLink(text)).toBeNull();
});

test('whatever comes, only a plain id gets through', () => {
  const hostile = fc.oneof(
    fc.string(),
    fc.webUrl(),
    fc.string().map((rest) => `transom-desk://open/${rest}`),
    fc.string().map((rest) => `transom-desk://${rest}`),
    fc.webPath().map((rest) => `transom-desk://open${rest}`),
  );
  fc.assert(
    fc.property(hostile, (text) => {
      const link = parseDeepLink(text);
      expect(link === null || /^[0-9A-Za-z][0-9A-Za-z_-]{0,99}$/.test(link.conversationId)).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});

test('a link is found among arguments, and a switch is never one', () => {
  expect(
    findDeepLink(['/opt/transom', '--flag=transom-desk://open/2', `transom-desk://open/${id}`])?.conversationId,
  ).toBe(id);
  expect(findDeepLink(['/opt/transom', '--url', 'https://open/1'])).toBeNull();
});

test('arguments of another start are checked before they are used', () => {
  expect(readArguments({ argv: ['a', 7, null, 'b'] })).toEqual(['a', 'b']);
  for (const value of [null, undefined, 'x', {}, { argv: 'x' }]) expect(readArguments(value)).toEqual([]);
});

test('a link that macOS sends before the window is there waits for it', () => {
  const links = installDeepLinks();
  const opened: DeepLink[] = [];
  app.emit('open-url', { preventDefault: () => undefined }, `transom-desk://open/${id}`);
  links.open((link) => opened.push(link));
  expect(opened.map((link) => link.conversationId)).toEqual([id]);
  app.emit('open-url', { preventDefault: () => undefined }, 'transom-desk://open/second');
  app.emit('open-url', { preventDefault: () => undefined }, 'https://evil.example');
  expect(opened.map((link) => link.conversationId)).toEqual([id, 'second']);
  links.dispose();
  expect(app.listenerCount('open-url')).toBe(0);
});
