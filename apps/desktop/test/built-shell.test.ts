import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { resolveConfig } from 'electron-vite';
import { build, mergeConfig } from 'vite';
import { afterAll, beforeAll, expect, test } from 'vitest';

/**
 * The shell as it is shipped, bundled by the project's own configuration, started by plain Node with the fake in place
 * of Electron: shows that the paths between the bundles and the modules left outside them are right.
 */
const desktop = fileURLToPath(new URL('..', import.meta.url));
let dir: string;

beforeAll(async () => {
  // Inside the app's folder, because modules outside the bundle are resolved from its node_modules.
  await mkdir(join(desktop, 'out'), { recursive: true });
  dir = await mkdtemp(join(desktop, 'out', 'built-shell-'));
  const { config } = await resolveConfig(
    { root: desktop, configFile: join(desktop, 'electron.vite.config.ts'), logLevel: 'silent' },
    'build',
  );
  await build(
    mergeConfig(config?.main ?? {}, { configFile: false, logLevel: 'silent', build: { outDir: join(dir, 'main') } }),
  );
}, 60_000);

afterAll(() => rm(dir, { recursive: true, force: true }));

test('the built shell starts its core, hands the page a port, and quits', async () => {
  const runner = fileURLToPath(new URL('run-built-shell.ts', import.meta.url));
  const child = spawn(process.execPath, [runner, join(dir, 'main', 'index.js'), join(dir, 'data')], {
    env: { ...process.env, DBUS_SESSION_BUS_ADDRESS: 'disabled:' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let said = '';
  child.stdout.on('data', (part: Buffer) => void (out += part.toString()));
  child.stderr.on('data', (part: Buffer) => void (said += part.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  expect(code, said).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ host: 'electron', version: '0.1.0', last: 'app.exit 0' });
}, 30_000);
