import { EventEmitter } from 'node:events';
import { fileURLToPath } from 'node:url';
import { createContext, runInContext } from 'node:vm';
import { MessageChannel } from 'node:worker_threads';
import { build } from 'vite';
import { beforeAll, beforeEach, expect, test, vi } from 'vitest';

/**
 * The built preload runs in a world of its own beside the page's, as in Electron: two global objects, one window whose
 * messages reach both. The page's half arrives there as source text, so anything it borrowed from outside would fail.
 */
let source: string;

beforeAll(async () => {
  const built = await build({
    configFile: false,
    logLevel: 'silent',
    build: {
      write: false,
      minify: false,
      lib: { entry: fileURLToPath(new URL('preload.ts', import.meta.url)), formats: ['cjs'] },
      rolldownOptions: { external: ['electron'] },
    },
  });
  const [bundle] = Array.isArray(built) ? built : [built];
  if (bundle === undefined || !('output' in bundle)) throw new Error('The preload was not built.');
  source = bundle.output[0].code;
});

type Message = { source: unknown; data: unknown; origin: string; ports: unknown[] };

function makeWorlds() {
  const worlds: { global: Record<string, unknown>; listeners: ((message: Message) => void)[] }[] = [];
  const postMessage = (data: unknown, origin: string, ports: unknown[] = [], from?: unknown) =>
    queueMicrotask(() => {
      for (const world of worlds) {
        for (const listener of world.listeners) listener({ source: from ?? world.global, data, origin, ports });
      }
    });
  const makeWorld = (extras: Record<string, unknown>) => {
    const listeners: ((message: Message) => void)[] = [];
    const context = createContext({
      ...extras,
      location: { origin: 'transom://desk' },
      postMessage: (data: unknown, origin: string, ports?: unknown[]) => postMessage(data, origin, ports),
      addEventListener: (type: string, listener: (message: Message) => void) =>
        type === 'message' && listeners.push(listener),
    });
    runInContext('globalThis.window = globalThis', context);
    const world = { context, global: runInContext('globalThis', context) as Record<string, unknown>, listeners };
    worlds.push(world);
    return world;
  };
  return { makeWorld, postMessage };
}

function load() {
  const { makeWorld, postMessage } = makeWorlds();
  const ipcRenderer = Object.assign(new EventEmitter(), { send: vi.fn() });
  const page = makeWorld({});
  const before = Object.keys(page.global);
  const contextBridge = {
    executeInMainWorld: ({ func, args }: { func: () => void; args: unknown[] }) =>
      runInContext(`(${func.toString()})(...${JSON.stringify(args)})`, page.context),
  };
  const asked: string[] = [];
  const require = (name: string) => {
    asked.push(name);
    return { contextBridge, ipcRenderer };
  };
  const preload = makeWorld({ require, exports: {}, module: { exports: {} } });
  runInContext(source, preload.context);
  const exposed = Object.keys(page.global).filter((key) => !before.includes(key));
  return { page, ipcRenderer, exposed, asked, postMessage };
}

let worlds: ReturnType<typeof load>;
beforeEach(() => void (worlds = load()));

test('the page gets transom.onPort and nothing else, and cannot change it', () => {
  expect(worlds.exposed).toEqual(['transom']);
  expect(worlds.asked).toEqual(['electron']);
  const look = (code: string): unknown => runInContext(`'use strict'; ${code}`, worlds.page.context);
  expect(look('Object.getOwnPropertyNames(transom).join()')).toBe('onPort');
  expect(look('Object.isFrozen(transom) && Object.isFrozen(transom.onPort)')).toBe(true);
  expect(() => look('transom.onPort = null')).toThrow();
  expect(() => look('window.transom = {}')).toThrow();
  // A vm context lets a global be deleted whatever its descriptor says; a browser follows the descriptor.
  expect(Object.getOwnPropertyDescriptor(worlds.page.global, 'transom')).toMatchObject({
    configurable: false,
    writable: false,
  });
});

test('the shell is asked for a port only once the page listens, once and without arguments', async () => {
  expect(worlds.ipcRenderer.send).not.toHaveBeenCalled();
  runInContext('transom.onPort(() => undefined)', worlds.page.context);
  await vi.waitFor(() => expect(worlds.ipcRenderer.send).toHaveBeenCalled());
  expect(worlds.ipcRenderer.send.mock.calls).toEqual([['transom:port']]);
});

test('the listener is given each port and never an event', async () => {
  runInContext('globalThis.calls = []; transom.onPort((...all) => calls.push(all))', worlds.page.context);
  const { port1, port2 } = new MessageChannel();
  worlds.ipcRenderer.emit('transom:port', { ports: [port1], sender: 'secret' });
  worlds.ipcRenderer.emit('transom:port', { ports: [port2], sender: 'secret' });
  await vi.waitFor(() => expect(worlds.page.global['calls']).toHaveLength(2));
  expect(worlds.page.global['calls']).toEqual([[port1], [port2]]);
  port1.close();
});

test('messages from other windows are neither ports nor requests', async () => {
  runInContext('globalThis.calls = []; transom.onPort((port) => calls.push(port))', worlds.page.context);
  const { port1, port2 } = new MessageChannel();
  worlds.postMessage('transom:port', 'https://evil.example', [port1], { other: 'window' });
  worlds.postMessage('transom:ask-port', 'https://evil.example', [], { other: 'window' });
  worlds.postMessage('something', 'transom://desk', [port2]);
  worlds.postMessage('transom:port', 'transom://desk', []);
  worlds.ipcRenderer.emit('transom:port', { ports: [port1] });
  await vi.waitFor(() => expect(worlds.page.global['calls']).toEqual([port1]));
  expect(worlds.ipcRenderer.send).toHaveBeenCalledTimes(1);
  port1.close();
});
