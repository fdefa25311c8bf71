import type { Server as HttpServer } from 'node:http';
import {
  agreeOnVersion,
  type ConnectRefusal,
  type DeskToRelay,
  type Handshake,
  handshakeSchema,
  pageAckMs,
  protocolVersion,
  type RelayToDesk,
} from '@transom/shared';
import { Server, type Socket } from 'socket.io';
import type { Clock } from '../clock.ts';
import { follow } from '../feed/follow.ts';
import type { Pokes } from '../feed/pokes.ts';
import type { Actor } from '../inbox/actor.ts';
import { readAgency } from '../inbox/documents/account.ts';
import type { Inbox } from '../inbox/inbox.ts';
import type { Logger } from '../log.ts';
import type { Store } from '../store/port.ts';
import { answerCommand, answerHistory } from './requests.ts';

export type GatewayDeps = {
  readonly store: Store;
  readonly inbox: Inbox;
  readonly pokes: Pokes;
  readonly clock: Clock;
  readonly log: Logger;
  readonly authenticate: (token: string) => Promise<Actor | null>;
};

type DeskSocket = Socket<
  DeskToRelay,
  RelayToDesk,
  Record<string, never>,
  { actor: Actor; handshake: Handshake; protocol: number }
>;

/**
 * Paired desks over Socket.IO. A socket is let in with a device token, told who it is, and then follows its agency's feed;
 * commands come back over the same socket. Socket.IO's own connection recovery stays off: the cursor does its work, and does
 * it across restarts too.
 */
export function createGateway(http: HttpServer, deps: GatewayDeps) {
  const server = new Server<DeskToRelay, RelayToDesk, Record<string, never>, DeskSocket['data']>(http, {
    transports: ['websocket'],
    serveClient: false,
    perMessageDeflate: false,
    maxHttpBufferSize: 256 * 1024,
    path: '/socket.io/',
  });
  server.use((socket, next) => void admit(socket, deps).then(() => next(), next));
  server.on('connection', (socket) => void serveDesk(socket, deps));
  return {
    connectedDesks: () => server.engine.clientsCount,
    /** Cuts off every socket of a device that was revoked, after telling it to erase what it has. */
    revoke(deviceId: string): void {
      for (const socket of server.sockets.sockets.values()) {
        if (socket.data.actor.deviceId !== deviceId) continue;
        socket.emit('wipe');
        socket.disconnect(true);
      }
    },
    /** Cuts off sockets whose device no longer opens anything: it was revoked by another process. Rejects when the store cannot say. */
    async recheck(): Promise<void> {
      for (const socket of server.sockets.sockets.values()) {
        if ((await deps.authenticate(socket.data.handshake.token)) !== null) continue;
        socket.emit('wipe');
        socket.disconnect(true);
      }
    },
    close: () => server.close(),
  };
}

class NotAdmitted extends Error {
  /** Socket.IO hands `data` to the desk's `connect_error`. */
  readonly data: { code: ConnectRefusal };
  constructor(code: ConnectRefusal) {
    super(code);
    this.data = { code };
  }
}

async function admit(socket: DeskSocket, { authenticate }: GatewayDeps): Promise<void> {
  const handshake = handshakeSchema.safeParse(socket.handshake.auth);
  if (!handshake.success) throw new NotAdmitted('invalid_request');
  const actor = await authenticate(handshake.data.token);
  if (actor === null) throw new NotAdmitted('unauthorized');
  const protocol = agreeOnVersion(protocolVersion, handshake.data.protocol);
  if (protocol === null) throw new NotAdmitted('client_too_old');
  socket.data = { actor, handshake: handshake.data, protocol };
  // The upgrade request is of no more use and would be held for the life of the socket.
  Reflect.deleteProperty(socket.conn, 'request');
}

async function serveDesk(socket: DeskSocket, deps: GatewayDeps): Promise<void> {
  const { actor, handshake, protocol } = socket.data;
  const agency = deps.store.forAgency(actor.agencyId);
  const ended = new AbortController();
  socket.on('disconnect', () => ended.abort());
  // A desk that gives nothing to answer with must not be able to stop the relay.
  socket.on('time', (answer) => typeof answer === 'function' && answer(deps.clock()));
  socket.on('command', (envelope, answer) => void answerCommand(deps, actor, envelope).then(answer));
  socket.on('history', (request, answer) => void answerHistory(deps, actor, request).then(answer));
  try {
    const about = await agency.read(readAgency);
    socket.emit('hello', {
      protocol,
      serverNow: deps.clock(),
      deviceId: actor.deviceId,
      agency: about,
      person: actor.person,
    });
    await follow({
      agency,
      cursor: handshake.cursor,
      clock: deps.clock,
      pokes: deps.pokes,
      signal: ended.signal,
      deliver: async (page) => {
        await socket.timeout(pageAckMs).emitWithAck('page', page);
      },
    });
  } catch (error) {
    if (ended.signal.aborted) return;
    deps.log.warn({ deviceId: actor.deviceId, err: error }, 'desk cut off: it did not acknowledge a page');
    socket.disconnect(true);
  }
}
