import { join } from 'node:path';
import type {
  CoreFunctions,
  EventName,
  EventPayload,
  MethodInput,
  MethodName,
  MethodOutput,
  WindowFunctions,
} from '@transom/desktop/contract';
import { decodeWire, encodeWire } from '@transom/desktop/wire';
import { createBirpc } from 'birpc';
import { type Core, createCore } from '../../apps/desktop/core/create-core.ts';
import type { SecretStore } from '../../apps/desktop/core/ports.ts';
import { startDeskServer } from '../../apps/desktop/hosts/browser/desk-server.ts';
import { inProcessPipe } from '../../apps/desktop/hosts/browser/in-process-pipe.ts';
import { root } from '../root.ts';
import { answerCalls } from './process-calls.ts';

/**
 * The desk's real core in its own process. A message counts as cached when the core posts it to its window, which happens after the
 * commit to cache.db: so the figure includes the posting, but not what a window then does in this process.
 */
const posted: { readonly text: string; readonly at: bigint }[] = [];
/** What a cold start finds in the keychain; without it the desk would have to be paired. */
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

/** How birpc encodes an event: as arguments of the window's function `event`. An answer to a call has none. */
type Posted = { readonly a?: readonly [name: EventName, payload: EventPayload<EventName>] };

function messagesIn(text: string): string[] {
  const [name, payload] = (decodeWire(text) as Posted).a ?? [];
  if (name !== 'changes') return [];
  return (payload as EventPayload<'changes'>).messages.changed.flatMap(({ nativeMessageId }) => nativeMessageId ?? []);
}

async function open(dataDir: string): Promise<void> {
  core = await createCore({
    dataDir,
    platform: { host: 'browser', os: process.platform, version: '0.0.0', canNotify: false },
    secrets,
    host: {
      openExternal: async () => true,
      notify: async () => ({ ok: true }),
      closeNotification: () => undefined,
      setBadge: () => undefined,
    },
    log: () => undefined,
  });
  const { core: served, caller } = inProcessPipe();
  core.serve({
    ...served,
    post(text) {
      posted.push({ text, at: process.hrtime.bigint() });
      served.post(text);
    },
  });
  const rpc = createBirpc<CoreFunctions, WindowFunctions, false>(
    { event: () => undefined },
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
  /** A start with a token in the keychain; returns how long it took to the first rows, in ms. */
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
  /** Since the last call: message ids, each with the CLOCK_MONOTONIC in ns at which it was in the cache. */
  async take(): Promise<[string, string][]> {
    return posted.splice(0).flatMap(({ text, at }) => messagesIn(text).map((id): [string, string] => [id, String(at)]));
  },
  /** Serves the page for a browser; returns its address. */
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
