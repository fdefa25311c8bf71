import { io, type Socket } from 'socket.io-client';

/** A desk of the fewest words: says whatever it is told to, also what no desk would, and acknowledges every page. */
export type ScriptDesk = {
  readonly socket: Socket;
  readonly hello: unknown;
  /** Every page so far. */
  readonly pages: readonly unknown[];
  ask(event: string, ...args: readonly unknown[]): Promise<unknown>;
  close(): void;
};
/** `wiped`: it was let in only to be told that its device is revoked. */
type NotIn = { readonly refused: { readonly message: string; readonly data?: unknown } | 'wiped' };

/** Resolves when the relay said hello, or no. `address` may have a path before Socket.IO's own. */
export async function connectScriptDesk(address: string, auth: object): Promise<ScriptDesk | NotIn> {
  const url = new URL(address);
  const socket = io(url.origin, {
    path: `${url.pathname.replace(/\/+$/, '')}/socket.io`,
    transports: ['websocket'],
    forceNew: true,
    reconnection: false,
    auth,
  });
  const pages: unknown[] = [];
  socket.on('page', (page: unknown, applied: () => void) => {
    pages.push(page);
    applied();
  });
  const answer = await new Promise<{ hello: unknown } | NotIn>((resolve) => {
    socket.once('hello', (hello: unknown) => resolve({ hello }));
    socket.once('wipe', () => resolve({ refused: 'wiped' }));
    socket.once('connect_error', (error) => resolve({ refused: error }));
  });
  if ('refused' in answer) {
    socket.close();
    return answer;
  }
  return {
    socket,
    hello: answer.hello,
    pages,
    ask: (event, ...args) => socket.timeout(10_000).emitWithAck(event, ...args) as Promise<unknown>,
    close: () => void socket.close(),
  };
}
