import { once } from 'node:events';
import type { DeskSocket } from './serve-desk.ts';

/** The internals of a connection in Engine.IO (6), which are not public. */
type Inside = {
  readonly readyState: string;
  /** Packets that wait because the desk does not read earlier ones. */
  readonly writeBuffer: readonly unknown[];
  readonly transport: NodeJS.EventEmitter & { readonly writable: boolean; readonly socket: Below };
};
/** The WebSocket (`ws` 8) below it. */
type Below = { terminate(): void; readonly _receiver: { _maxPayload: number } };

export type Connection = NodeJS.EventEmitter & { close(discard: boolean): void };

const insideOf = (connection: unknown): Inside => connection as Inside;

/** How many packets wait for the desk to read earlier ones. */
export function unreadBy({ conn }: DeskSocket): number {
  return insideOf(conn).writeBuffer.length;
}

/** Resolves when everything given to the desk has been sent, or when its socket is disconnected. */
export async function hasTakenAll(socket: DeskSocket): Promise<void> {
  const inside = insideOf(socket.conn);
  const stopped = new AbortController();
  const stop = (): void => stopped.abort();
  socket.once('disconnect', stop);
  try {
    while (socket.connected && !(inside.transport.writable && inside.writeBuffer.length === 0))
      await once(inside.transport, 'drain', { signal: stopped.signal });
  } catch (error) {
    if (!stopped.signal.aborted) throw error;
  } finally {
    socket.off('disconnect', stop);
  }
}

/** From now on, `ws` cuts off a connection that sends more than this in one message, before the message has arrived. */
export function limitMessages(connection: Connection, maxBytes: number): void {
  insideOf(connection).transport.socket._receiver._maxPayload = maxBytes;
}

/** A disconnected desk has this long to read why. */
const farewellMs = 5_000;

/** Ends, after that time, a connection that no longer serves a socket: nothing else would limit it. */
export function cutOffLater(connection: Connection): void {
  if (insideOf(connection).readyState !== 'closed') setTimeout(() => cutOff(connection), farewellMs).unref();
}

/** Ends a connection at once. Closed gracefully, it would keep sending, and hold what it has not read, for another 30 s. */
export function cutOff(connection: Connection): void {
  connection.close(true);
  insideOf(connection).transport.socket.terminate();
}
