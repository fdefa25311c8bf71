import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';

/** A relay that knows more than the desk that it serves: it says hello and sends one snapshot. It carries out no commands. */
export async function newerRelay(told: readonly { entity: string; id: string; document: unknown }[]) {
  const agency = { id: 'agency-1', name: 'Nordic Saunas', plan: 'galaxy' };
  const person = { id: 'person-1', name: 'Dana', role: 'owner' };
  const seq = told.length;
  const http = createServer((_request, response) => {
    response.writeHead(201, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ deviceToken: 'token', deviceId: 'device-1', agency, person }));
  });
  const io = new Server(http, { transports: ['websocket'] });
  let served = 0;
  io.on('connection', (socket) => {
    const cursor = (socket.handshake.auth as { cursor: { seq: number } | null }).cursor;
    socket.on('time', (answer: (now: number) => void) => answer(Date.now()));
    socket.on('history', (_request: unknown, answer: (given: unknown) => void) =>
      answer({ ok: true, messages: [], hasMore: false }),
    );
    socket.emit('hello', { protocol: 3, serverNow: Date.now(), deviceId: 'device-1', agency, person, mood: 'bright' });
    const about = { epoch: 'e', toSeq: seq, caughtUp: true, serverNow: Date.now() };
    const page =
      cursor === null
        ? {
            ...about,
            kind: 'snapshot',
            first: true,
            fromSeq: null,
            changes: told.map((one, n) => ({ seq: n + 1, ...one })),
          }
        : { ...about, kind: 'changes', first: false, fromSeq: cursor.seq, changes: [] };
    socket.emit('page', page, () => (served += 1));
  });
  await new Promise<void>((resolve) => void http.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    /** Pages that a desk has applied. */
    served: () => served,
    close: () => new Promise<void>((resolve) => void io.close(() => resolve())),
  };
}
