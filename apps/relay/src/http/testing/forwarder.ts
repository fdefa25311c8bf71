import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A proxy in front of `target`. `write` changes the headers that it passes on. */
export async function startForwarder(
  target: string,
  write: (head: Record<string, string | string[] | undefined>, from: string) => void,
) {
  const server = createServer((incoming, outgoing) => {
    const head = { ...incoming.headers };
    write(head, incoming.socket.remoteAddress ?? '');
    const passedOn = request(
      target + (incoming.url ?? '/'),
      { method: incoming.method ?? 'GET', headers: head },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      },
    );
    incoming.pipe(passedOn);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose](): Promise<void> {
      server.close();
      server.closeAllConnections();
    },
  };
}
