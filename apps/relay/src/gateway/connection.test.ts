import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';
import { io } from 'socket.io-client';
import { expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import { cutOff, hasTakenAll, unreadBy } from './connection.ts';
import type { DeskSocket } from './serve-desk.ts';

/** Far more than the kernel buffers for a connection that nobody reads. */
const muchBytes = 32 * 1024 * 1024;

/** A desk that does not read, and the relay's end of it. */
async function openUnread() {
  const http = createServer();
  const server = new Server(http, { transports: ['websocket'] });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const connected = once(server, 'connection');
  const desk = io(`http://127.0.0.1:${(http.address() as AddressInfo).port}`, {
    transports: ['websocket'],
    reconnection: false,
  });
  const [socket] = (await connected) as [DeskSocket];
  await new Promise<void>((resolve) => (desk.connected ? resolve() : desk.once('connect', resolve)));
  const { ws } = desk.io.engine.transport as unknown as { ws: WebSocket };
  ws.pause();
  return {
    socket,
    ws,
    async [Symbol.asyncDispose](): Promise<void> {
      ws.terminate();
      await server.close();
    },
  };
}

it('knows when a desk has taken all that it was given', async () => {
  await using it = await openUnread();
  await hasTakenAll(it.socket);
  it.socket.emit('page', 'x'.repeat(muchBytes) as never, () => undefined);
  let isTaken = false;
  const taken = hasTakenAll(it.socket).then(() => (isTaken = true));
  await new Promise((resolve) => setImmediate(resolve));
  expect(isTaken).toBe(false);
  for (let n = 0; n < 3; n += 1) it.socket.emit('page', 'x' as never, () => undefined);
  expect(unreadBy(it.socket)).toBe(3);
  it.ws.resume();
  await taken;
  expect(unreadBy(it.socket)).toBe(0);
});

it('cuts off a desk that reads nothing, without waiting for it', async () => {
  await using it = await openUnread();
  it.socket.emit('page', 'x'.repeat(muchBytes) as never, () => undefined);
  const taken = hasTakenAll(it.socket);
  const { socket } = it.socket.conn.transport as unknown as { socket: WebSocket };
  const ended = once(socket, 'close');
  cutOff(it.socket.conn);
  await Promise.all([taken, ended]);
  await hasTakenAll(it.socket);
});

it('does not wait for a desk that was disconnected and reads nothing', async () => {
  await using it = await openUnread();
  it.socket.emit('page', 'x'.repeat(muchBytes) as never, () => undefined);
  const taken = hasTakenAll(it.socket);
  it.socket.disconnect(true);
  await taken;
});
