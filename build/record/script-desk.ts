import { io, type Socket } from 'socket.io-client';

/** A minimal desk: sends whatever a script tells it to, even what no desk would send, and acknowledges every page. */
export type ScriptDesk = {
  readonly socket: Socket;
  readonly hello: unknown;
  /** Every page so far. */
  readonly pages: readonly unknown[];
  ask(event: string, ...args: readonly unknown[]): Promise<unknown>;
  close(): void;
};
/** `wiped`: the relay let it in only to tell it that its device is revoked. */
type NotIn = { readonly refused: { readonly message: string; readonly data?: unknown } | 'wiped' };

/** Resolves when the relay has said hello or refused. `address` may have a path before Socket.IO's own. */
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
