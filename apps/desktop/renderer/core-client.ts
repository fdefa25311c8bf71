import { createBirpc } from 'birpc';
import type { EventName, EventPayload, MethodInput, MethodName, MethodOutput } from '../contract/contract.ts';
import type { Pipe } from '../contract/pipe.ts';
import { decodeWire, encodeWire } from '../contract/wire.ts';
import type { Transport } from './transport.ts';

/** What every store is given: the only way from the window to the core. */
export interface CoreClient {
  /** Rejects with `PipeLostError` when the core cannot be reached; what was asked may or may not have happened. */
  call<M extends MethodName>(method: M, input: MethodInput<M>): Promise<MethodOutput<M>>;
  on<E extends EventName>(event: E, listener: (payload: EventPayload<E>) => void): void;
  /** True for each new pipe, after which everything must be read again; false when it is lost. */
  onLink(listener: (isUp: boolean) => void): void;
}

class PipeLostError extends Error {
  readonly code = 'pipe_lost';
  constructor(cause?: unknown) {
    super('The window has no connection to the part of Transom that keeps your data.', { cause });
    this.name = 'PipeLostError';
  }
}

type Remote = Record<MethodName, (input: unknown) => Promise<unknown>>;
type Local = { event: (name: EventName, payload: unknown) => void };
type Listener = (payload: unknown) => void;

export function createCoreClient(transport: Transport): CoreClient {
  const listeners = new Map<EventName, Listener[]>();
  const linkListeners: ((isUp: boolean) => void)[] = [];
  let current: ReturnType<typeof connect> | null = null;

  const dispatch: Local['event'] = (name, payload) => {
    for (const listener of listeners.get(name) ?? []) listener(payload);
  };

  transport.onPipe((pipe) => {
    const rpc = connect(pipe, dispatch);
    current = rpc;
    pipe.onClose(() => {
      rpc.$close(new PipeLostError());
      if (current !== rpc) return;
      current = null;
      for (const listener of linkListeners) listener(false);
    });
    for (const listener of linkListeners) listener(true);
  });

  return {
    call: async <M extends MethodName>(method: M, input: MethodInput<M>) => {
      if (current === null) throw new PipeLostError();
      return (await current.$call<MethodName>(method, input)) as MethodOutput<M>;
    },
    on: (event, listener) => {
      listeners.set(event, [...(listeners.get(event) ?? []), listener as Listener]);
    },
    onLink: (listener) => {
      linkListeners.push(listener);
    },
  };
}

function connect(pipe: Pipe, event: Local['event']) {
  return createBirpc<Remote, Local, false>(
    { event },
    {
      proxify: false,
      post: (text: string) => pipe.post(text),
      on: (listener) => pipe.onMessage(listener),
      serialize: encodeWire,
      deserialize: decodeWire,
    },
  );
}
