import { spawnSync } from 'node:child_process';
import { existsSync, globSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './root.ts';

type Built = {
  readonly what: string;
  /** Made last by its builder, so its age is the age of all that is built with it. */
  readonly file: string;
  readonly sources: readonly string[];
  readonly folder: string;
  readonly builder: string;
  readonly args: readonly string[];
};

const page: Built = {
  what: 'the inbox page',
  file: 'apps/desktop/out/renderer/index.html',
  sources: [
    'apps/desktop/renderer/**/*',
    'apps/desktop/contract/*.ts',
    'packages/shared/src/**/*.ts',
    'pnpm-lock.yaml',
  ],
  folder: 'apps/desktop',
  builder: 'node_modules/vite/bin/vite.js',
  args: ['build', 'renderer', '--config', 'renderer/vite.config.ts', '--logLevel', 'warn'],
};

const relay: Built = {
  what: 'the relay',
  file: 'apps/relay/dist/transom-relay.mjs',
  sources: ['apps/relay/src/**/*.ts', 'apps/relay/rolldown.config.ts', 'packages/shared/src/**/*.ts', 'pnpm-lock.yaml'],
  folder: 'apps/relay',
  builder: 'node_modules/rolldown/bin/cli.mjs',
  args: ['-c', 'rolldown.config.ts', '--logLevel', 'warn'],
};

/** What an operator installs: one file, which starts in a third of the time that its sources take. */
export const relayScript = join(root, relay.file);

/** Builds the page that both hosts show, unless the existing one is newer than all of its sources. */
export const ensureRenderer = (): void => ensure(page);
/** Builds `relayScript`, unless the existing one is newer than all of its sources. */
export const ensureRelay = (): void => ensure(relay);

function ensure({ what, file, sources, folder, builder, args }: Built): void {
  const built = join(root, file);
  if (existsSync(built) && statSync(built).mtimeMs > newestMs(sources)) return;
  process.stderr.write(`transom: building ${what}…\n`);
  const { status } = spawnSync(process.execPath, [join(root, folder, builder), ...args], {
    cwd: join(root, folder),
    // Always the production build, even under a test runner: it is what people run.
    env: { ...process.env, NODE_ENV: 'production' },
    stdio: ['ignore', 2, 2],
  });
  if (status !== 0) throw new Error(`Building ${what} failed; the lines above say why.`);
}

function newestMs(sources: readonly string[]): number {
  return Math.max(...globSync([...sources], { cwd: root }).map((file) => statSync(join(root, file)).mtimeMs));
}
