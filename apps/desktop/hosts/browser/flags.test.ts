import { homedir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { newToken } from './access.ts';
import { parseFlags } from './flags.ts';

test('without flags it takes any port and the usual folder, and pairs with nobody', () => {
  expect(parseFlags([])).toEqual({
    ok: true,
    flags: { dataDir: join(homedir(), '.transom'), port: 0, json: false, pairing: null },
  });
});

test('with all flags the desk starts paired', () => {
  const args = [
    '--data',
    '/srv/desk',
    '--port',
    '4310',
    '--relay',
    'http://127.0.0.1:1',
    '--pair-code',
    'ABC',
    '--name',
    'Anna',
    '--json',
  ];
  expect(parseFlags(args)).toEqual({
    ok: true,
    flags: {
      dataDir: '/srv/desk',
      port: 4310,
      json: true,
      pairing: { relayUrl: 'http://127.0.0.1:1', code: 'ABC', name: 'Anna' },
    },
  });
});

test.each([
  [['--port', 'x']],
  [['--port', '70000']],
  [['--port', '1.5']],
  [['--pair-code', 'ABC']],
  [['--wrong']],
  [['stray']],
])('%j is explained', (args) => {
  const parsed = parseFlags(args);
  expect(parsed.ok).toBe(false);
});

test('tokens are 256 bits and fit into a subprotocol', () => {
  expect(newToken()).toMatch(/^[A-Za-z0-9_-]{43}$/);
  expect(newToken()).not.toBe(newToken());
});
