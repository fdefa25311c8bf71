import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseArgs } from 'node:util';
import { Server } from 'socket.io';
import { openFloorStore } from './store.ts';

/**
 * Floor of the relay: verify, store completely, 200 after the commit, tell the desks; nothing else.
 * `--commit turn` shares a commit among the requests of one turn of the event loop; `--commit request` makes one for each.
 */
const { values } = parseArgs({
  options: { db: { type: 'string' }, secret: { type: 'string' }, commit: { type: 'string', default: 'turn' } },
});
const secret = values.secret ?? '';
const store = openFloorStore(values.db ?? '');
const perRequest = values.commit === 'request';

type Waiting = { readonly body: Buffer; readonly response: ServerResponse };
let waiting: Waiting[] = [];

function commit(): void {
  const group = waiting;
  waiting = [];
  const kept = store.keep(group.map(({ body }) => body));
  for (const { response } of group) response.writeHead(200, { 'content-length': 2 }).end('OK');
  if (kept.length > 0) desks.emit('changes', kept);
}

const server = createServer((request, response) => {
  const parts: Buffer[] = [];
  request.on('data', (part: Buffer) => parts.push(part));
  request.on('end', () => {
    const body = Buffer.concat(parts);
    if (!isSigned(body, request.headers['x-hub-signature-256'])) {
      response.writeHead(401, { 'content-length': 0 }).end();
      return;
    }
    waiting.push({ body, response });
    if (perRequest) commit();
    else if (waiting.length === 1) setImmediate(commit);
  });
});
const desks = new Server(server, { transports: ['websocket'], serveClient: false, perMessageDeflate: false });
server.keepAliveTimeout = 75_000;
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })}\n`);
});
process.on('SIGTERM', () => process.exit());

function isSigned(body: Buffer, header: string | string[] | undefined): boolean {
  if (typeof header !== 'string' || !/^sha256=[0-9a-f]{64}$/.test(header)) return false;
  return timingSafeEqual(createHmac('sha256', secret).update(body).digest(), Buffer.from(header.slice(7), 'hex'));
}
