import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { CommandEnvelope } from '@transom/shared';
import { Server } from 'socket.io';
import type { Asked, Recording } from './read.ts';

/**
 * The relay's side of one desk's recorded connections. The first socket gets what the first connection got, and is then cut off as
 * that was; the last one stays. Pages wait for their acknowledgment, answers for their question.
 */
export async function playBack(recording: Recording, name: string) {
  const connections = [...new Set(recording.connectionOf(name).map(({ connection }) => connection))];
  const asked = connections.flatMap((connection) => recording.asked(connection));
  const pairing = recording.calls().find(({ path, status }) => path === '/api/devices' && status === 201);
  const handshakes: unknown[] = [];
  let played = 0;
  /** How often a question with the same content was answered: a repeated question gets the answer it got then. */
  const answered = new Map<string, number>();

  const http = createServer((request, response) => {
    const pairs = request.method === 'POST' && request.url === '/api/devices';
    response.writeHead(pairs ? 201 : 404, { 'content-type': 'application/json' });
    response.end(JSON.stringify(pairs ? pairing?.answer : {}));
  });
  const io = new Server(http, { transports: ['websocket'] });
  io.on('connection', (socket) => {
    const connection = connections[Math.min(handshakes.length, connections.length - 1)] ?? '';
    handshakes.push(socket.handshake.auth);
    socket.on('time', (answer: (now: number) => void) => answer(recording.endedAt));
    socket.on('history', (request: { conversationId: string }, answer: (given: unknown) => void) => {
      const known = find('history', ([then]) => (then as typeof request).conversationId === request.conversationId);
      answer(known?.answer[0] ?? { ok: true, messages: [], hasMore: false });
    });
    socket.on('command', (envelope: CommandEnvelope, answer: (given: unknown) => void) => {
      const known =
        find('command', ([then]) => (then as CommandEnvelope).id === envelope.id) ??
        nextOf(JSON.stringify(envelope.command), ([then]) => same((then as CommandEnvelope).command, envelope.command));
      answer(known?.answer[0] ?? { ok: false, refusal: { code: 'not_found', detail: 'Nobody asked this then.' } });
    });
    void play();

    async function play(): Promise<void> {
      socket.emit('hello', helloOf(recording, connection));
      for (const page of recording.pagesOf(connection)) await socket.timeout(10_000).emitWithAck('page', page);
      played += 1;
      if (connection !== connections.at(-1)) socket.conn.close();
    }
  });
  function nextOf(words: string, is: (args: Asked['args']) => boolean): Asked | undefined {
    const all = asked.filter((question) => question.event === 'command' && is(question.args));
    const number = answered.get(words) ?? 0;
    answered.set(words, number + 1);
    return all[Math.min(number, all.length - 1)];
  }
  function find(event: string, is: (args: Asked['args']) => boolean): Asked | undefined {
    return asked.find((question) => question.event === event && is(question.args));
  }

  await new Promise<void>((resolve) => void http.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    connections,
    asked,
    handshakes,
    /** How many connections were played to the end. */
    played: () => played,
    close: () => new Promise<void>((resolve) => void io.close(() => resolve())),
  };
}

function helloOf(recording: Recording, connection: string): unknown {
  const said = recording.of(connection).find((entry) => entry.kind === 'event' && entry.event === 'hello');
  return said?.kind === 'event' ? said.args[0] : null;
}

function same(one: object, other: object): boolean {
  const inOrder = (value: object) => JSON.stringify(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  return inOrder(one) === inOrder(other);
}
