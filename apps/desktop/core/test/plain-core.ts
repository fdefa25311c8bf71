import { because } from '@transom/shared';
import { createBirpc } from 'birpc';
import type { EventName, EventPayload, MethodInput, MethodName, MethodOutput } from '../../contract/contract.ts';
import type { Pipe } from '../../contract/pipe.ts';
import { decodeWire, encodeWire } from '../../contract/wire.ts';
import { type Core, type CoreOptions, createCore } from '../create-core.ts';
import type { Notification, SecretStore } from '../ports.ts';

/** Clocks and limits that a test may want to speed up. */
export type DeskClocks = Pick<CoreOptions, 'lineLimits' | 'uptimeMs'>;

/** A core with one window, and everything that it sent out through the host. */
export async function testCore(dataDir: string, secrets: SecretStore = memorySecrets(), more: DeskClocks = {}) {
  const outside = {
    opened: [] as string[],
    shown: [] as Notification[],
    closed: [] as string[],
    badge: -1,
    log: [] as { level: string; message: string; facts: unknown }[],
  };
  const core = await createCore({
    dataDir,
    platform: { host: 'browser', os: 'linux', version: '0.1.0', canNotify: true },
    secrets,
    host: {
      openExternal: async (url) => outside.opened.push(url) > 0,
      notify: async (notification) => (outside.shown.push(notification), { ok: true }),
      closeNotification: (id) => void outside.closed.push(id),
      setBadge: (count) => void (outside.badge = count),
    },
    log: (level, message, facts) => void outside.log.push({ level, message, facts }),
    ...more,
  });
  return { core, dataDir, secrets, ...testWindow(core), outside };
}

export function testWindow(core: Core) {
  const { near, far, close } = pipePair();
  const events: { [E in EventName]: { name: E; payload: EventPayload<E> } }[EventName][] = [];
  const stop = core.serve(far);
  const rpc = createBirpc<Record<string, (input: unknown) => Promise<unknown>>>(
    { event: (name: never, payload: never) => void events.push({ name, payload }) },
    { post: near.post, on: near.onMessage, serialize: encodeWire, deserialize: decodeWire },
  );
  return {
    events,
    stop,
    close,
    post: near.post,
    call: <M extends MethodName>(name: M, input: MethodInput<M>) => rpc.$call(name, input) as Promise<MethodOutput<M>>,
    callAnything: (name: string, input: unknown) => rpc.$call(name, input),
  };
}

function pipePair() {
  const listeners: { near: (text: string) => void; far: (text: string) => void } = {
    near: () => undefined,
    far: () => undefined,
  };
  let closed = () => undefined as void;
  const near: Pipe = {
    post: (text) => queueMicrotask(() => listeners.far(text)),
    onMessage: (listener) => void (listeners.near = listener),
    onClose: () => undefined,
  };
  const far: Pipe = {
    post: (text) => queueMicrotask(() => listeners.near(text)),
    onMessage: (listener) => void (listeners.far = listener),
    onClose: (listener) => void (closed = listener),
  };
  return { near, far, close: () => closed() };
}

export function memorySecrets(): SecretStore {
  const held = new Map<string, string>();
  return {
    place: 'memory',
    reason: because('no_keychain', { why: 'other' }),
    get: async (name) => held.get(name) ?? null,
    set: async (name, value) => void held.set(name, value),
    delete: async (name) => void held.delete(name),
  };
}
