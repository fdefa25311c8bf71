import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createBirpc } from 'birpc';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { CoreFunctions } from '../../contract/contract.ts';
import { decodeWire, encodeWire } from '../../contract/wire.ts';
import { control, journal } from '../../test/fake-electron/control.ts';
import { app, type BrowserWindow, ipcMain, type MessagePortMain } from '../../test/fake-electron/electron.ts';
import { pipeOverPort } from './port-pipe.ts';

vi.mock('electron', () => import('../../test/fake-electron/electron.ts'));
// Processes start here, on machines that do other things as well.
vi.setConfig({ testTimeout: 30_000 });

/** The shell is started once, with the real core in place of its process, and lives through one working day. */
let dir: string;
let window: BrowserWindow;
const ports: MessagePortMain[] = [];

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'transom-shell-'));
  // A folder of its own, which also names the keychain's entry; and no session bus, so the real keychain is not
  // touched.
  process.argv.push('--data', dir);
  process.env['DBUS_SESSION_BUS_ADDRESS'] = 'disabled:';
  control.forkModule = fileURLToPath(new URL('core-process.ts', import.meta.url));
  await import('./main.ts');
  await vi.waitFor(() => expect(journal.some((entry) => entry.startsWith('window.loadURL'))).toBe(true));
  window = control.windows[0] as BrowserWindow;
  window.webContents.on('fake-post', (_name, _message, [port]: [MessagePortMain]) => ports.push(port));
});

afterAll(() => rm(dir, { recursive: true, force: true }));

const ask = (frame: unknown) => ipcMain.emit('transom:port', { senderFrame: frame, sender: window.webContents });
const ourFrame = { url: 'transom://desk/index.html', parent: null };

function callCore(port: MessagePortMain) {
  const pipe = pipeOverPort(port as never);
  return createBirpc<CoreFunctions, { event(): void }, false>(
    { event: () => undefined },
    {
      proxify: false,
      post: (text: string) => pipe.post(text),
      on: (listener) => pipe.onMessage(listener),
      serialize: encodeWire,
      deserialize: decodeWire,
    },
  );
}

test('everything that guards the window is in place before it is created', () => {
  const at = (entry: string) => {
    const index = journal.findIndex((each) => each.startsWith(entry));
    expect(index, entry).toBeGreaterThanOrEqual(0);
    return index;
  };
  expect(at('protocol.register transom')).toBeLessThan(at('app.ready'));
  expect(at('app.enableSandbox')).toBeLessThan(at('app.ready'));
  expect(at('app.setAppUserModelId')).toBeLessThan(at('app.ready'));
  for (const guard of [
    'session.protocol.handle transom',
    'session.setPermissionRequestHandler',
    'session.setPermissionCheckHandler',
    'session.setDevicePermissionHandler',
    'session.setDisplayMediaRequestHandler',
    'utilityProcess.fork',
  ]) {
    expect(at(guard), guard).toBeLessThan(at('BrowserWindow'));
  }
  expect(at('window.loadURL transom://desk/index.html')).toBeGreaterThan(at('BrowserWindow'));
  expect(control.handlers.has('window-open')).toBe(true);
});

test('our page gets a port to the core, and no other frame does', async () => {
  ask(null);
  ask({ url: 'https://evil.example/', parent: null });
  ask({ url: 'transom://desk/index.html', parent: {} });
  expect(ports).toHaveLength(0);
  ask(ourFrame);
  expect(ports).toHaveLength(1);
  const session = await callCore(ports[0]!).$call('session.get', {});
  expect(session.platform).toEqual({ host: 'electron', os: process.platform, version: '0.1.0', canNotify: true });
});

test('a link that a person clicks passes through the core and back to the shell', async () => {
  ask(ourFrame);
  const rpc = callCore(ports.at(-1)!);
  expect(await rpc.$call('host.openExternal', { url: 'https://example.com/sauna' })).toEqual({
    ok: true,
    openHere: null,
  });
  expect(journal).toContain('shell.openExternal https://example.com/sauna');
  expect(await rpc.$call('host.openExternal', { url: 'file:///etc/passwd' })).toMatchObject({ ok: false });
  expect(journal.filter((entry) => entry.startsWith('shell.openExternal'))).toHaveLength(1);
});

test('the window navigates nowhere', () => {
  for (const name of ['will-navigate', 'will-redirect', 'will-frame-navigate', 'will-attach-webview']) {
    const preventDefault = vi.fn();
    window.webContents.emit(name, { preventDefault, url: 'transom://desk/index.html' });
    expect(preventDefault, name).toHaveBeenCalledTimes(1);
  }
  const openWindow = control.handlers.get('window-open') as (details: { url: string }) => unknown;
  expect(openWindow({ url: 'file:///etc/passwd' })).toEqual({ action: 'deny' });
});

test('a link from outside shows the window', () => {
  const before = journal.length;
  app.emit('second-instance', {}, [], '/', { argv: ['transom', 'transom-desk://open/conversation-1'] });
  expect(journal.slice(before)).toEqual(['window.show', 'window.focus']);
});

test('a core that dies is restarted, and the page gets a new port without asking', async () => {
  const before = ports.length;
  (control.children[0] as { kill(): boolean }).kill();
  await vi.waitFor(() => expect(ports).toHaveLength(before + 1), 10_000);
  const session = await callCore(ports.at(-1)!).$call('session.get', {});
  expect(session.paired).toBe(false);
});

test('quitting remembers the window, closes the core and then ends the process', async () => {
  app.quit();
  app.quit();
  await vi.waitFor(() => expect(journal.filter((entry) => entry === 'app.exit 0')).toHaveLength(1), 10_000);
  expect(journal.indexOf('window.destroy')).toBeLessThan(journal.indexOf('app.exit 0'));
  expect(journal).toContain('tray.destroy');
  const remembered: unknown = JSON.parse(await readFile(join(dir, 'window.json'), 'utf8'));
  expect(remembered).toMatchObject({ placement: { bounds: { width: 1240, height: 820 } } });
});
