import type { IncomingMessage, RequestListener, Server } from 'node:http';
import type { Duplex } from 'node:stream';

/** Browsers, proxies and Meta send one request at a time on a connection. */
const maxAtOnce = 4;

/**
 * Ends connections that send more requests before the first is answered. Node reads a thousand requests out of one packet and starts them
 * all; a few more packets fill the memory. Call it once everything that answers requests listens.
 */
export function limitPipelining(server: Server): void {
  const answer = server.listeners('request') as RequestListener[];
  const underWay = new WeakMap<Duplex, number>();
  const count = (socket: Duplex, change: 1 | -1): number => {
    const present = (underWay.get(socket) ?? 0) + change;
    underWay.set(socket, present);
    return present;
  };
  server.removeAllListeners('request');
  server.on('request', (request: IncomingMessage, response) => {
    const { socket } = request;
    if (socket.destroyed) return;
    if (count(socket, 1) > maxAtOnce) {
      socket.destroy();
      return;
    }
    response.once('close', () => count(socket, -1));
    for (const each of answer) each.call(server, request, response);
  });
}
