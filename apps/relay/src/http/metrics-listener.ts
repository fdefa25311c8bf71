import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Logger } from '../log.ts';
import type { Listen } from '../settings.ts';
import { type Metrics, metricsType } from './metrics.ts';

/**
 * Answers `GET /metrics` on a port of its own, which no proxy exposes by mistake. Unless the settings name one, it is the port after the
 * relay's on this machine, or any free one if that is taken.
 */
export async function listenForMetrics(
  { named, relayPort }: { named: Listen | null; relayPort: number },
  metrics: Metrics,
  log: Logger,
): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    if (request.method !== 'GET' || request.url?.split('?')[0] !== '/metrics') {
      response.writeHead(404).end();
      return;
    }
    metrics.render().then(
      (text) => response.writeHead(200, { 'content-type': metricsType }).end(text),
      (error: unknown) => {
        log.error({ err: error }, 'figures could not be gathered');
        response.writeHead(503).end();
      },
    );
  });
  if (named !== null) await listen(server, named);
  else {
    const beside = { host: '127.0.0.1', port: relayPort < 65_535 ? relayPort + 1 : 0 };
    await listen(server, beside).catch(() => listen(server, { ...beside, port: 0 }));
  }
  const { address, port, family } = server.address() as AddressInfo;
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${port}/metrics`,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

async function listen(server: Server, { host, port }: Listen): Promise<void> {
  server.listen(port, host);
  await once(server, 'listening');
}
