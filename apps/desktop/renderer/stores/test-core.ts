import { createBirpc } from 'birpc';
import type { CoreFunctions, EventName, EventPayload, WindowFunctions } from '../../contract/contract.ts';
import type { Pipe } from '../../contract/pipe.ts';
import { decodeWire, encodeWire } from '../../contract/wire.ts';
import { type CoreClient, createCoreClient } from '../core-client.ts';

/**
 * The other end of the real pipe for tests: what a store asks crosses the wire as text and is answered by the functions
 * that the test gives; a method without one is an error, as it is in the core.
 */
export type TestCore = {
  readonly client: CoreClient;
  emit<E extends EventName>(name: E, payload: EventPayload<E>): Promise<void>;
  /** Breaks the pipe, as a core that ended would. */
  cut(): void;
  connect(): void;
};

export function createTestCore(functions: Partial<CoreFunctions>): TestCore {
  let open: ((pipe: Pipe) => void) | null = null;
  const client = createCoreClient({ onPipe: (listener) => void (open = listener) });
  let current: { readonly rpc: ReturnType<typeof serve>; readonly close: () => void } | null = null;

  const connect = () => {
    const [window, core, close] = pipePair();
    current = { rpc: serve(core, functions), close };
    open?.(window);
  };
  connect();
  return {
    client,
    connect,
    cut: () => current?.close(),
    emit: async (name, payload) => {
      await current?.rpc.$callEvent('event', name, payload);
    },
  };
}

function serve(pipe: Pipe, functions: Partial<CoreFunctions>) {
  return createBirpc<WindowFunctions, Partial<CoreFunctions>, false>(functions, {
    proxify: false,
    post: (text: string) => pipe.post(text),
    on: (listener) => pipe.onMessage(listener),
    serialize: encodeWire,
    deserialize: decodeWire,
  });
}

/** Two ends of one ordered pipe; what is posted arrives in a later turn, as it does through a port. */
function pipePair(): [Pipe, Pipe, () => void] {
  const listeners: [((text: string) => void)[], ((text: string) => void)[]] = [[], []];
  const closers: (() => void)[] = [];
  let isOpen = true;
  const end = (own: 0 | 1): Pipe => ({
    post: (text) => {
      if (!isOpen && own === 0) throw new Error('The pipe is closed.');
      queueMicrotask(() => listeners[own === 0 ? 1 : 0].forEach((listener) => isOpen && listener(text)));
    },
    onMessage: (listener) => void listeners[own].push(listener),
    onClose: (listener) => void closers.push(listener),
  });
  const close = () => {
    isOpen = false;
    closers.forEach((closer) => closer());
  };
  return [end(0), end(1), close];
}
