import type { EventEmitter } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { control, journal } from '../../test/fake-electron/control.ts';

vi.mock('electron', () => import('../../test/fake-electron/electron.ts'));

/** The core's process as the shell sees it, with real worker threads below. */
let dir: string;
let quits: number;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'transom-core-process-'));
  process.env['DBUS_SESSION_BUS_ADDRESS'] = 'disabled:';
  control.children.length = 0;
  quits = 0;
});
afterEach(async () => {
  vi.useRealTimers();
  control.forkModule = null;
  await rm(dir, { recursive: true, force: true });
});

async function startCore(forkModule: string) {
  control.forkModule = forkModule;
  const { installCore } = await import('./core-supervision.ts');
  return installCore({
    modulePath: '/nonexistent',
    settings: { dataDir: join(dir, 'desk'), keychainService: 'transom-test', version: '0.1.0' },
    host: {
      openExternal: async () => true,
      notify: async () => ({ ok: true }),
      closeNotification: () => undefined,
      setBadge: () => undefined,
    },
    askAfterCrash: async () => 'quit',
    quit: () => void (quits += 1),
  });
}
const moduleOf = async (code: string): Promise<string> => {
  const path = join(dir, 'module.mjs');
  await writeFile(path, code);
  return path;
};
const child = (index: number) => control.children[index] as EventEmitter;

test('a core that does not become ready counts as dead, and another one is started', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const core = await startCore(await moduleOf('setInterval(() => undefined, 1_000);'));
  const isGone = new Promise((resolve) => void child(0).once('exit', resolve));
  await vi.advanceTimersByTimeAsync(29_000);
  expect(control.children).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(2_000);
  await isGone;
  await vi.advanceTimersByTimeAsync(2_000);
  expect(control.children).toHaveLength(2);
  vi.useRealTimers();
  await core.close();
});

test('a core that is ready is left alone, however long it lives', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const core = await startCore(fileURLToPath(new URL('core-process.ts', import.meta.url)));
  await new Promise<void>((resolve) =>
    child(0).on('message', (message) => void (JSON.stringify(message).includes('ready') && resolve())),
  );
  let isGone = false;
  child(0).once('exit', () => void (isGone = true));
  await vi.advanceTimersByTimeAsync(10 * 60_000);
  vi.useRealTimers();
  expect(await Promise.race([core.close().then(() => isGone), Promise.resolve(isGone)])).toBe(false);
  expect(control.children).toHaveLength(1);
});

test('an unhandled rejection ends the core\u2019s process, with a line that names it', async () => {
  const inside = fileURLToPath(new URL('core-process.ts', import.meta.url));
  const core = await startCore(
    await moduleOf(`await import(${JSON.stringify(inside)});
      setTimeout(() => void Promise.reject(new Error('words of a buyer')), 50);`),
  );
  const code = await new Promise((resolve) => void child(0).once('exit', resolve));
  expect(code).toBe(1);
  await core.close();
});

test('an error of the core\u2019s process is a line in the log and not an exception in the shell', async () => {
  const core = await startCore(await moduleOf('setInterval(() => undefined, 1_000);'));
  expect(() => child(0).emit('error', 'FatalError', 'v8::ToLocalChecked', '{"environment":"secret"}')).not.toThrow();
  expect(journal.join()).not.toContain('secret');
  await core.close();
  expect(quits).toBe(0);
});
