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
import { WebSocket } from 'ws';

/** A desk without a window: speaks the contract to a browser host as its page does, including the token. */
export type DeskClient = {
  call<M extends MethodName>(method: M, input: MethodInput<M>): Promise<MethodOutput<M>>;
  on<E extends EventName>(name: E, listener: (payload: EventPayload<E>) => void): void;
  close(): void;
};

/** `address` is what the host printed: its page, with the token in the fragment. */
export async function connectDesk(address: string): Promise<DeskClient> {
  const page = new URL(address);
  const token = new URLSearchParams(page.hash.slice(1)).get('token') ?? '';
  // The host lets in only its own page; a browser would set the origin automatically.
  const socket = new WebSocket(`ws://${page.host}/core`, [`transom.${token}`], { origin: page.origin });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', (cause) => reject(new Error(`The desk at ${page.origin} refused the connection.`, { cause })));
  });
  const listeners = new Map<string, Set<(payload: never) => void>>();
  const served: WindowFunctions = {
    event: (name, payload) => listeners.get(name)?.forEach((listener) => listener(payload as never)),
  };
  const core = createBirpc<CoreFunctions, WindowFunctions>(served, {
    post: (text: string) => socket.send(text),
    on: (receive) => socket.on('message', (data: Buffer) => receive(data.toString())),
    serialize: encodeWire,
    deserialize: (text: unknown) => decodeWire(String(text)),
  });
  return {
    call: (method, input) => core.$callRaw({ method, args: [input] }) as never,
    on(name, listener) {
      const known = listeners.get(name) ?? new Set();
      listeners.set(name, known);
      known.add(listener as never);
    },
    close: () => socket.close(),
  };
}
