import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { expect, it } from 'vitest';
import { takeUpgradesInTurns } from './upgrade-turns.ts';

const upgrade = 'GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n';

/** A server whose handshakes take a millisecond each, as those of Engine.IO do together with what follows. */
async function openServer() {
  const http = createServer();
  let turn = 0;
  const turnOf: number[] = [];
  http.on('upgrade', (_request, socket: Duplex) => {
    const until = performance.now() + 1;
    while (performance.now() < until);
    turnOf.push(turn);
    socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\n');
  });
  takeUpgradesInTurns(http);
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const countTurns = () => {
    turn += 1;
    counting = setImmediate(countTurns);
  };
  let counting = setImmediate(countTurns);
  return {
    turnOf,
    http,
    async open(): Promise<Socket> {
      const socket = connect((http.address() as AddressInfo).port, '127.0.0.1');
      await once(socket, 'connect');
      return socket;
    },
    async [Symbol.asyncDispose](): Promise<void> {
      clearImmediate(counting);
      http.close();
    },
  };
}

it('gives everybody else a turn between handshakes, however many desks come at once', async () => {
  await using it = await openServer();
  const sockets = await Promise.all(Array.from({ length: 60 }, () => it.open()));
  const answered = Promise.all(sockets.map((socket) => once(socket, 'end')));
  for (const socket of sockets) socket.resume().write(upgrade);
  await answered;
  expect(it.turnOf).toHaveLength(60);
  expect(new Set(it.turnOf).size).toBeGreaterThanOrEqual(20);
});

it('skips connections that broke off while they waited', async () => {
  await using it = await openServer();
  const [first, gone] = await Promise.all([it.open(), it.open()]);
  const seen: Duplex[] = [];
  it.http.on('upgrade', (_request, socket: Duplex) => {
    seen.push(socket);
    if (seen.length === 2) seen[1]!.destroy();
  });
  const ended = once(first.resume(), 'end');
  first.write(upgrade);
  gone.on('error', () => undefined).resume();
  await new Promise<void>((resolve) => gone.write(upgrade, () => resolve()));
  await ended;
  const last = await it.open();
  const answered = once(last.resume(), 'end');
  last.write(upgrade);
  await answered;
  expect(it.turnOf).toHaveLength(2);
});
