import type { Server as HttpServer } from 'node:http';
import {
  agreeOnVersion,
  type ConnectRefusal,
  type DeskToRelay,
  handshakeSchema,
  protocolVersion,
  type RelayToDesk,
} from '@transom/shared';
import { Server } from 'socket.io';
import type { Allowance } from '../fair-share/allowance.ts';
import type { TokenHolder } from '../people/devices.ts';
import { type Connection, cutOff, cutOffLater, limitMessages } from './connection.ts';
import { pageParser } from './page-encoder.ts';
import { type Admitted, answerDesk, type DeskSocket, feedDesk, type ServeDeps } from './serve-desk.ts';
import { SocketOfDevice } from './socket-of-device.ts';
import { Unacknowledged } from './unacknowledged.ts';
import { takeUpgradesInTurns } from './upgrade-turns.ts';

export type GatewayDeps = ServeDeps & {
  readonly authenticate: (token: string) => Promise<TokenHolder>;
};

/** A connection that has said nothing after this long is closed. */
const silenceMs = 10_000;
/** One that has spoken may wait longer for its answer: when all desks come back at once, each takes its turn. */
const handshakeMs = 45_000;
/** A command is at most 20,000 characters of text, each of which may take six bytes in JSON, and a few ids. */
const maxMessageBytes = 128 * 1024;
/** Desks send each message in one piece. `ws` gives nobody else a turn between the fragments of one. */
const maxFragments = 16;
/** What a connection may send before it is identified: its token and cursor, and answers to pings. */
const maxUnknownBytes = 16 * 1024;
/** What a packet costs besides its bytes. */
const packetBytes = 128;

/**
 * Serves paired desks over Socket.IO. A socket is admitted with a device token, told who it is, and then follows its agency's feed;
 * commands arrive over the same socket. Socket.IO's own connection recovery stays off: the cursor does that job, across restarts too.
 */
export function createGateway(http: HttpServer, deps: GatewayDeps) {
  const server = new Server<DeskToRelay, RelayToDesk, Record<string, never>, DeskSocket['data']>(http, {
    transports: ['websocket'],
    serveClient: false,
    perMessageDeflate: false,
    maxHttpBufferSize: maxMessageBytes,
    connectTimeout: handshakeMs,
    parser: pageParser,
    path: '/socket.io/',
  });
  takeUpgradesInTurns(http);
  // Engine.IO creates its `ws` server again when the HTTP server begins to listen.
  http.on('listening', () => limitMessagesPerTurn(server));
  server.engine.on('connection', (connection: Connection) => {
    closeIfSilent(connection);
    limitMessages(connection, maxUnknownBytes);
    limitWhatComes(connection);
  });
  const present = new SocketOfDevice();
  const unacknowledged = new Unacknowledged();
  /** How many times devices were, or may have been, revoked. */
  let revocations = 0;
  server.use((socket, next) => void admit(socket).then(() => next(), next));
  server.on('connection', (socket) => void serve(socket));

  /** Connections that have tried a token. Each gets one try: desks open a new one for the next, so strangers must do so too. */
  const introduced = new WeakSet<object>();
  const allowanceOf = new WeakMap<object, Allowance>();

  function limitWhatComes(connection: Connection): void {
    let unknownBytes = 0;
    connection.on('packet', ({ data }: { readonly data?: string }) => {
      const bytes = Buffer.byteLength(data ?? '') + packetBytes;
      const allowance = allowanceOf.get(connection);
      if (allowance === undefined) unknownBytes += bytes;
      if (allowance?.take('byte', bytes) === false) allowance.giveUp();
      else if (unknownBytes <= maxUnknownBytes) return;
      cutOff(connection);
    });
  }

  async function admit(socket: DeskSocket): Promise<void> {
    if (introduced.has(socket.conn)) {
      cutOff(socket.conn);
      throw new NotAdmitted('invalid_request');
    }
    introduced.add(socket.conn);
    const handshake = handshakeSchema.safeParse(socket.handshake.auth);
    if (!handshake.success) throw new NotAdmitted('invalid_request');
    const asOf = revocations;
    const actor = await deps.authenticate(handshake.data.token);
    // The upgrade request is no longer needed and would be kept for the life of the socket.
    Reflect.deleteProperty(socket.conn, 'request');
    if (actor === 'unknown') throw new NotAdmitted('unauthorized');
    socket.data = { admitted: null };
    // Admitted only to be told that it was revoked: a refusal would not make the desk erase what it has.
    if (actor === 'revoked') return;
    const protocol = agreeOnVersion(protocolVersion, handshake.data.protocol);
    if (protocol === null) throw new NotAdmitted('client_too_old');
    if (present.flapsTooMuch(actor.deviceId) || deps.allowances.of(actor.deviceId).isHopeless)
      throw new NotAdmitted('too_many_attempts');
    limitMessages(socket.conn, maxMessageBytes);
    allowanceOf.set(socket.conn, deps.allowances.of(actor.deviceId));
    socket.data = { admitted: { actor, handshake: handshake.data, protocol, asOf } };
  }

  async function serve(socket: DeskSocket): Promise<void> {
    const { admitted } = socket.data;
    socket.on('disconnect', () => cutOffLater(socket.conn));
    if (admitted === null) return wipe(socket);
    const { deviceId } = admitted.actor;
    const ended = new AbortController();
    socket.on('disconnect', () => ended.abort());
    const letIn = isStillAdmitted(socket, admitted);
    answerDesk(socket, admitted, deps, letIn);
    try {
      if (!(await letIn)) return;
      present.take(deviceId, socket);
      await feedDesk(socket, admitted, deps, unacknowledged, ended.signal);
    } catch (error) {
      if (ended.signal.aborted) return;
      deps.log.warn({ deviceId, err: error }, 'desk cut off: it did not acknowledge a page');
      cutOff(socket.conn);
    }
  }

  /**
   * Whether the socket may stay. Its device may have been revoked after the first check and before the socket counted as connected, so that
   * the revocation did not see this socket. The store is asked again only if any device was revoked since.
   */
  async function isStillAdmitted(socket: DeskSocket, { handshake, asOf }: Admitted): Promise<boolean> {
    if (asOf === revocations) return socket.connected;
    const holder = await deps.authenticate(handshake.token).catch((error: unknown) => {
      deps.log.error({ err: error }, 'a device could not be checked again');
      return 'unknown' as const;
    });
    if (holder === 'revoked') wipe(socket);
    else if (holder === 'unknown') socket.disconnect(true);
    return typeof holder !== 'string' && socket.connected;
  }

  return {
    /** Desks that were let in and told who they are. */
    connectedDesks: () => present.count,
    /** Cuts off every socket of a device that was revoked, after telling it to erase what it has. */
    revoke(deviceId: string): void {
      revocations += 1;
      for (const socket of server.sockets.sockets.values())
        if (socket.data.admitted?.actor.deviceId === deviceId) wipe(socket);
    },
    /** Cuts off sockets whose device no longer has access, because another process revoked it. Rejects if the store cannot be asked. */
    async recheck(): Promise<void> {
      revocations += 1;
      for (const socket of server.sockets.sockets.values()) {
        const { admitted } = socket.data;
        if (admitted === null || typeof (await deps.authenticate(admitted.handshake.token)) !== 'string') continue;
        wipe(socket);
      }
    },
    close: () => server.close(),
  };
}

function closeIfSilent(connection: Connection): void {
  const timer = setTimeout(() => cutOff(connection), silenceMs);
  for (const name of ['data', 'close'] as const) connection.once(name, () => clearTimeout(timer));
}

/**
 * By default `ws` delivers all messages that have arrived before anything else runs, even ten thousand from one desk. Engine.IO creates the
 * `ws` server and has no option for this.
 */
function limitMessagesPerTurn(server: { readonly engine: object }): void {
  const { ws } = server.engine as {
    readonly ws: { readonly options: { allowSynchronousEvents: boolean; maxFragments: number } };
  };
  Object.assign(ws.options, { allowSynchronousEvents: false, maxFragments });
}

function wipe(socket: DeskSocket): void {
  socket.emit('wipe');
  socket.disconnect(true);
}

class NotAdmitted extends Error {
  /** Socket.IO hands `data` to the desk's `connect_error`. */
  readonly data: { code: ConnectRefusal };
  constructor(code: ConnectRefusal) {
    super(code);
    this.data = { code };
  }
}
