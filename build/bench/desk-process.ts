import { join } from 'node:path';
import type {
  CoreFunctions,
  EventName,
  EventPayload,
  MethodInput,
  MethodName,
  MethodOutput,
} from '@transom/desktop/contract';
import { decodeWire, encodeWire } from '@transom/desktop/wire';
import { createBirpc } from 'birpc';
import { type Core, createCore } from '../../apps/desktop/core/create-core.ts';
import type { SecretStore } from '../../apps/desktop/core/ports.ts';
import { startDeskServer } from '../../apps/desktop/hosts/browser/desk-server.ts';
import { inProcessChannel } from '../../apps/desktop/hosts/browser/in-process-channel.ts';
import { root } from '../root.ts';
import { answerCalls } from './process-calls.ts';

/**
 * The desk's real core in a process of its own. A message counts as cached when the core tells its windows of it: it does so
 * after the commit to cache.db, so the figure includes the telling.
 */
const arrived: [string, string][] = [];
/** What a cold start finds in the keychain; without it the desk would ask to be paired. */
const held = new Map<string, string>();
const secrets: SecretStore = {
  place: 'keychain',
  reason: null,
  get: async (name) => held.get(name) ?? null,
  set: async (name, value) => void held.set(name, value),
  delete: async (name) => void held.delete(name),
};
let core: Core | null = null;
let call: (<M extends MethodName>(method: M, input: MethodInput<M>) => Promise<MethodOutput<M>>) | null = null;

function listen<E extends EventName>(name: E, payload: EventPayload<E>): void {
  if (name !== 'messages') return;
  const now = String(process.hrtime.bigint());
  for (const { nativeMessageId } of (payload as EventPayload<'messages'>).changed)
    if (nativeMessageId !== null) arrived.push([nativeMessageId, now]);
}

async function open(dataDir: string): Promise<void> {
  core = await createCore({
    dataDir,
    platform: { host: 'browser', os: process.platform, version: '0.0.0', canNotify: false },
    secrets,
    host: {
      openExternal: async () => undefined,
      notify: async () => ({ ok: true }),
      closeNotification: () => undefined,
      setBadge: () => undefined,
    },
    log: () => undefined,
  });
  const { core: served, caller } = inProcessChannel();
  core.serve(served);
  const rpc = createBirpc<CoreFunctions, { event: typeof listen }, false>(
    { event: listen },
    {
      proxify: false,
      post: (text: string) => caller.post(text),
      on: (receive) => caller.onMessage(receive),
      serialize: encodeWire,
      deserialize: decodeWire,
    },
  );
  call = (method, input) => rpc.$callRaw({ method, args: [input] }) as never;
}

answerCalls({
  async open(dataDir: string): Promise<void> {
    await open(dataDir);
  },
  /** A start with a token in the keychain; how long until the first rows were there, in ms. */
  async openAndList(dataDir: string, token: string): Promise<number> {
    held.set('device-token', token);
    const from = performance.now();
    await open(dataDir);
    const { rows } = (await call?.('inbox.list', { lane: 'answer', after: null, limit: 100 })) ?? { rows: [] };
    if (rows.length !== 100) throw new Error(`The first page has ${rows.length} rows.`);
    return performance.now() - from;
  },
  async call(method: MethodName, input: never): Promise<unknown> {
    if (call === null) throw new Error('Open the desk first.');
    return call(method, input);
  },
  /** Message ids and CLOCK_MONOTONIC in ns at which each was in the cache, since the last question. */
  async take(): Promise<[string, string][]> {
    return arrived.splice(0);
  },
  /** The page for a browser; its address. */
  async show(): Promise<string> {
    if (core === null) throw new Error('Open the desk first.');
    const token = 'bench'.repeat(9);
    const { port } = await startDeskServer({
      port: 0,
      bundleDir: join(root, 'apps/desktop/out/renderer'),
      token,
      serve: core.serve,
    });
    return `http://127.0.0.1:${port}/#token=${token}`;
  },
});
