import { createBirpc } from 'birpc';
import * as z from 'zod';
import {
  type EventName,
  type EventPayload,
  type MethodName,
  methods,
  type WindowFunctions,
} from '../contract/contract.ts';
import type { Pipe } from '../contract/pipe.ts';
import { decodeWire, encodeWire } from '../contract/wire.ts';
import type { WindowNumber } from './eyes.ts';
import type { Log } from './ports.ts';

/** An error that a window may see: a stable code and a sentence for people. */
export class CallError extends Error {
  readonly code: string;
  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CallError';
    this.code = code;
  }
}

export type Windows = {
  serve(pipe: Pipe): () => void;
  emit<E extends EventName>(name: E, payload: EventPayload<E>): void;
  count(): number;
  close(): void;
};

/** Carries out one call whose name and input are checked. */
export type Answer = (name: MethodName, input: unknown, window: WindowNumber) => Promise<unknown>;

/**
 * Answers windows. Only methods of the contract exist, whatever a window asks for; what it sends is checked before anything
 * is done with it, and an internal error is logged here and reported to the window without details.
 */
export function createWindows(answer: Answer, closed: (window: WindowNumber) => void, log: Log): Windows {
  const open = new Map<() => void, WindowFunctions['event']>();

  let served: WindowNumber = 0;

  async function call(name: MethodName, input: unknown, window: WindowNumber): Promise<unknown> {
    const parsed = methods[name].input.safeParse(input);
    if (!parsed.success) throw new CallError('invalid_request', `${name}: ${z.prettifyError(parsed.error)}`);
    try {
      return await answer(name, parsed.data, window);
    } catch (error) {
      if (error instanceof CallError) throw error;
      log('error', 'a call from a window failed', { method: name, error: describe(error) });
      throw new CallError(
        'internal',
        `Something went wrong inside Transom (${name}). Try again; if it stays, restart Transom.`,
        { cause: error },
      );
    }
  }

  return {
    serve(pipe) {
      served += 1;
      const window = served;
      let isClosed = false;
      const rpc = createBirpc<WindowFunctions, object>(
        {},
        {
          post(text: string) {
            if (!isClosed) pipe.post(text);
          },
          on: (listener) => pipe.onMessage((text) => void (isClosed || listener(text))),
          serialize: encodeWire,
          deserialize: readMessage,
          eventNames: ['event'],
          resolver: (name) => (isMethod(name) ? (input: unknown) => call(name, input, window) : undefined),
          onGeneralError(error) {
            if (!isClosed) log('warn', 'a window sent something that is no call', { error: error.name });
            return true;
          },
        },
      );
      function stop(): void {
        if (isClosed) return;
        isClosed = true;
        open.delete(stop);
        closed(window);
        rpc.$close(new CallError('closed', 'The window was closed.'));
      }
      pipe.onClose(stop);
      open.set(stop, (name, payload) => {
        rpc.event(name, payload).catch(() => log('warn', 'an event did not reach a window', { event: name }));
      });
      return stop;
    },
    emit(name, payload) {
      for (const event of open.values()) event(name, payload);
    },
    count: () => open.size,
    close() {
      for (const stop of [...open.keys()]) stop();
    },
  };
}

function isMethod(name: unknown): name is MethodName {
  return typeof name === 'string' && Object.hasOwn(methods, name);
}

/** birpc trusts what it reads; a malformed message must not become an unhandled rejection. */
const messageSchema = z.looseObject({ t: z.enum(['q', 's']), a: z.array(z.unknown()).optional() });
function readMessage(text: string): unknown {
  return messageSchema.parse(decodeWire(text));
}

/** Name and code, not the message: messages may carry what people wrote. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const code: unknown = Reflect.get(error, 'code');
  return typeof code === 'string' ? `${error.name} ${code}` : error.name;
}
