import { spawnSync } from 'node:child_process';
import { existsSync, globSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './root.ts';

const desktop = join(root, 'apps/desktop');
const built = join(desktop, 'out/renderer/index.html');
const sources = [
  'apps/desktop/renderer/**/*',
  'apps/desktop/contract/*.ts',
  'packages/shared/src/**/*.ts',
  'pnpm-lock.yaml',
];

/** Builds the page that both hosts show, unless the existing one is newer than all of its sources. */
export function ensureRenderer(): void {
  if (existsSync(built) && statSync(built).mtimeMs > newestSourceMs()) return;
  process.stderr.write('transom: building the inbox page…\n');
  const { status } = spawnSync(
    process.execPath,
    [
      join(desktop, 'node_modules/vite/bin/vite.js'),
      'build',
      'renderer',
      '--config',
      'renderer/vite.config.ts',
      '--logLevel',
      'warn',
    ],
    // Always the production build, even under a test runner: it is what people run.
    { cwd: desktop, env: { ...process.env, NODE_ENV: 'production' }, stdio: ['ignore', 2, 2] },
  );
  if (status !== 0) throw new Error('The inbox page could not be built; the lines above say why.');
}

function newestSourceMs(): number {
  return Math.max(...globSync(sources, { cwd: root }).map((file) => statSync(join(root, file)).mtimeMs));
}
