import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../../build/root.ts';

/** Every way of damage that the tests of the desk's core know, of which `npm test` tries every fifth. No app is imported from here. */
test('a desk with a damaged cache works at its first start, within three seconds, for every way of damage', async () => {
  const run = spawn(
    process.execPath,
    [join(root, 'node_modules/vitest/vitest.mjs'), 'run', 'apps/desktop/core/damaged-caches.test.ts'],
    { cwd: root, env: { ...process.env, TRANSOM_DAMAGE: 'every' }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let said = '';
  for (const stream of [run.stdout, run.stderr]) stream.on('data', (part: Buffer) => void (said += part.toString()));
  const [code] = (await once(run, 'close')) as [number | null];
  const [, ways] = /(\d+) ways to damage/.exec(said) ?? [];
  console.log(/slowest of .*/.exec(said)?.[0]);
  expect(code, said).toBe(0);
  expect(Number(ways)).toBeGreaterThanOrEqual(200);
}, 1_200_000);
