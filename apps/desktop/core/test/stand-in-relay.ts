import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type Change,
  type Command,
  type CommandAnswer,
  type ConnectRefusal,
  type DeskToRelay,
  type FeedPage,
  type Handshake,
  historyRequestSchema,
  type Message,
  newId,
  type Person,
  type Plan,
  problemDocument,
  protocolVersion,
  type RelayToDesk,
  readCommandEnvelope,
  refuse,
} from '@transom/shared';
import { Server } from 'socket.io';
import { onTestFinished } from 'vitest';
import { baseAt, sampleMessage } from './samples.ts';

/** The smallest relay that speaks the shared protocol: one agency, everything in memory, faults on demand. */
export type Logged = Pick<Change, 'entity' | 'id' | 'document'> & { readonly mergedInto?: string };

export async function standInRelay() {
  const log: Change[] = [];
  const answers = new Map<string, { body: string; answer: CommandAnswer }>();
  const performed: { id: string; command: Command }[] = [];
  const relay = {
    epoch: 'epoch-1',
    protocol: protocolVersion.max as number,
    pageSize: 500,
    code: 'GOOD-CODE',
    refuseConnect: null as ConnectRefusal | null,
    /** Lets desks in only to tell them to erase what they have, as a relay does with a revoked device. */
    isRevoked: false,
    /** What to do with a command before answering it: `lose` performs it and cuts the connection instead of answering, `hang` does nothing. */
    onCommand: (_command: Command): 'answer' | 'lose' | 'hang' | CommandAnswer => 'answer',
    /** Changes pages on their way out. */
    onPage: (page: FeedPage): FeedPage => page,
    history: [] as Message[],
    historyRequests: 0,
    commandsHeard: 0,
    handshakes: [] as Handshake[],
    performed,
    now: () => baseAt + 60_000,
    /** Whether a question for the time is answered. */
    answersTime: () => true,
    agency: { id: 'agency-1', name: 'Nordic', plan: 'plus' as Plan },
    person: { ...person } as Person,
    deviceId: 'device-1',
    token: 'token-1',
    put(...changes: Logged[]) {
      for (const change of changes) log.push({ ...change, seq: log.length + 1 } as Change);
      for (const wake of waiting) wake();
    },
    logged: (): readonly Change[] => log,
    cut: () => io.disconnectSockets(true),
    wipe: () => io.emit('wipe'),
    url: '',
  };
  const waiting = new Set<() => void>();

  const http = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { code } = JSON.parse(Buffer.concat(chunks).toString()) as { code: string };
      const good = request.url === '/api/devices' && code === relay.code;
      response.writeHead(good ? 201 : 403, { 'content-type': 'application/json' });
      const device = {
        deviceToken: relay.token,
        deviceId: relay.deviceId,
        agency: { id: relay.agency.id, name: relay.agency.name },
        person: relay.person,
      };
      response.end(JSON.stringify(good ? device : problemDocument(refuse('code_invalid'))));
    });
  });
  const io = new Server<DeskToRelay, RelayToDesk>(http, { transports: ['websocket'] });
  io.use((socket, next) => {
    relay.handshakes.push(socket.handshake.auth as Handshake);
    const refused =
      relay.refuseConnect ?? ((socket.handshake.auth as Handshake).token === relay.token ? null : 'unauthorized');
    next(refused === null ? undefined : Object.assign(new Error(refused), { data: { code: refused } }));
  });
  io.on('connection', (socket) => {
    if (relay.isRevoked) {
      socket.emit('wipe');
      socket.disconnect(true);
      return;
    }
    socket.on('time', (answer) => {
      if (relay.answersTime()) answer(relay.now());
    });
    socket.on('history', (input, answer) => {
      relay.historyRequests += 1;
      const { conversationId, before, limit } = historyRequestSchema.parse(input);
      const older = relay.history
        .filter((message) => message.conversationId === conversationId)
        .filter(
          ({ sentAt, id }) => before === null || sentAt < before.sentAt || (sentAt === before.sentAt && id < before.id),
        )
        .toSorted((one, other) => other.sentAt - one.sentAt || (one.id < other.id ? 1 : -1));
      answer({ ok: true, messages: older.slice(0, limit), hasMore: older.length > limit });
    });
    socket.on('command', (input, answer) => {
      relay.commandsHeard += 1;
      const read = readCommandEnvelope(input);
      if (!read.ok) return answer(read);
      const { id, command } = read.envelope;
      const known = answers.get(id);
      if (known !== undefined)
        return answer(
          known.body === JSON.stringify(command) ? known.answer : { ok: false, refusal: refuse('id_reused') },
        );
      const decided = relay.onCommand(command);
      if (decided === 'hang') return;
      if (typeof decided === 'object') {
        // A refusal leaves nothing behind: a repeated command is judged again.
        if (decided.ok) answers.set(id, { body: JSON.stringify(command), answer: decided });
        return answer(decided);
      }
      performed.push({ id, command });
      const made: CommandAnswer = { ok: true, messageId: newId(), state: 'queued' };
      answers.set(id, { body: JSON.stringify(command), answer: made });
      if ('conversationId' in command && 'text' in command) {
        const document = sampleMessage(made.messageId!, command.conversationId, {
          text: command.text,
          clientMessageId: id,
          direction: 'outbound',
        });
        relay.put({ entity: 'message', id: document.id, document });
      }
      if (decided === 'answer') answer(made);
      else socket.disconnect(true);
    });
    socket.emit('hello', {
      protocol: relay.protocol,
      serverNow: relay.now(),
      deviceId: relay.deviceId,
      agency: relay.agency,
      person: relay.person,
    });
    void follow(socket.handshake.auth as Handshake);

    async function follow({ cursor }: Handshake): Promise<void> {
      const usable = cursor !== null && cursor.epoch === relay.epoch && cursor.seq <= log.length;
      let seq = usable ? cursor.seq : 0;
      let first = true;
      const head = log.length;
      while (socket.connected) {
        const snapshot = !usable && (first || seq < head);
        const changes = log.slice(seq, Math.min(seq + relay.pageSize, snapshot ? head : log.length));
        const toSeq = seq + changes.length;
        const page: FeedPage = {
          kind: snapshot ? 'snapshot' : 'changes',
          epoch: relay.epoch,
          first: snapshot && first,
          fromSeq: snapshot ? null : seq,
          toSeq: snapshot && toSeq < head ? null : toSeq,
          changes,
          caughtUp: toSeq === log.length,
          serverNow: relay.now(),
        };
        if (changes.length > 0 || first)
          await socket
            .timeout(5_000)
            .emitWithAck('page', relay.onPage(page))
            .catch(() => socket.disconnect(true));
        first = false;
        seq = toSeq;
        if (seq === log.length) {
          await new Promise<void>((resolve) => {
            const wake = () => {
              waiting.delete(wake);
              resolve();
            };
            waiting.add(wake);
            socket.on('disconnect', wake);
          });
        }
      }
    }
  });
  await new Promise<void>((resolve) => void http.listen(0, '127.0.0.1', resolve));
  relay.url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  onTestFinished(() => new Promise<void>((resolve) => void io.close(() => resolve())));
  return relay;
}

export const person = { id: 'person-1', name: 'Sam', role: 'agent' } as const;
