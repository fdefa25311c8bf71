import { createServer, type IncomingMessage, STATUS_CODES } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { Pipe } from '../../contract/pipe.ts';
import { bundleResponse } from '../bundle/bundle-response.ts';
import { hasToken, isAddressedToUs, isOurPage } from './access.ts';
import { pipeOverSocket } from './socket-pipe.ts';
import { words } from './words.ts';

export type DeskServer = { readonly port: number; close(): Promise<void> };

/** Longer than any call of the contract; a longer message closes its socket. */
const maxMessageBytes = 1024 * 1024;

/**
 * Serves the bundle and the core's socket (`/core`) on 127.0.0.1. Port 0 lets the system choose. Rejects with the
 * system's error when the port is not available. `serve` is called once for every window and returns how to stop.
 */
export async function startDeskServer(deps: {
  port: number;
  bundleDir: string;
  token: string;
  serve(pipe: Pipe): () => void;
}): Promise<DeskServer> {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: maxMessageBytes });
  sockets.on('connection', (socket) => {
    // An oversized or broken message ends in 'close' as well; without this listener it would end the process.
    socket.on('error', () => socket.terminate());
    const stop = deps.serve(pipeOverSocket(socket));
    socket.once('close', stop);
  });

  const server = createServer((request, response) => {
    const { port } = boundTo(server.address());
    if (!isAddressedToUs(request.headers.host, port)) {
      response.writeHead(421, { 'content-type': 'text/plain' }).end(`${words().hosts.terminal.otherAddress}\n`);
      return;
    }
    const urlPath = request.url?.split('?')[0] ?? '';
    void bundleResponse(deps.bundleDir, { method: request.method ?? '', urlPath }, `ws://127.0.0.1:${port}`).then(
      ({ status, headers, body }) => response.writeHead(status, headers).end(body ?? undefined),
    );
  });

  server.on('upgrade', (request, socket, head) => {
    const status = decideUpgrade(request, boundTo(server.address()).port, deps.token);
    if (status !== 101) return refuseUpgrade(socket, status);
    sockets.handleUpgrade(request, socket, head, (accepted) => sockets.emit('connection', accepted, request));
  });

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(deps.port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });

  return {
    port: boundTo(server.address()).port,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets.clients) socket.terminate();
      server.closeAllConnections();
      await closed;
    },
  };
}

function decideUpgrade(request: IncomingMessage, port: number, token: string): 101 | 401 | 403 | 404 | 421 {
  if (!isAddressedToUs(request.headers.host, port)) return 421;
  if (request.url !== '/core') return 404;
  if (!isOurPage(request.headers.origin, port)) return 403;
  return hasToken(request.headers['sec-websocket-protocol'], token) ? 101 : 401;
}

function refuseUpgrade(socket: Duplex, status: number): void {
  socket.on('error', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
}

function boundTo(address: AddressInfo | string | null): AddressInfo {
  if (address === null || typeof address === 'string') throw new Error('The desk server is not listening on a port.');
  return address;
}
