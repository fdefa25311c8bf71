import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type DeskToRelay, type Handshake, newId, protocolVersion, type RelayToDesk } from '@transom/shared';
import { io, type Socket } from 'socket.io-client';
import { Allowances } from '../../fair-share/allowance.ts';
import { createCatchUpTurns } from '../../feed/follow.ts';
import { Pokes } from '../../feed/pokes.ts';
import { SharedPages } from '../../feed/shared-pages.ts';
import type { Actor } from '../../inbox/actor.ts';
import { createInbox } from '../../inbox/create-inbox.ts';
import { createLogger } from '../../log.ts';
import type { TokenHolder } from '../../people/devices.ts';
import { type AgencyInRoom, openRelayRoom } from '../../testing/relay-room.ts';
import { createGateway } from '../gateway.ts';

export type Desk = Socket<RelayToDesk, DeskToRelay>;

/** A gateway on a port of its own, over a real store, and desks that connect to it. */
export async function openGateway() {
  const room = await openRelayRoom();
  const pokes = new Pokes();
  const inbox = createInbox({ store: room.store, clock: room.clock, onCommitted: (id) => pokes.poke(id) });
  const tokens = new Map<string, TokenHolder>();
  const oneByOne = new Map<string, { answers: TokenHolder[]; meanwhile: () => void }>();
  const http = createServer();
  const logged: string[] = [];
  const log = createLogger('warn', { write: (line: string) => void logged.push(line) });
  const gateway = createGateway(http, {
    ...room,
    log,
    inbox,
    feed: { pokes, pages: new SharedPages(pokes), turns: createCatchUpTurns() },
    allowances: new Allowances(),
    authenticate: async (token) => {
      const prepared = oneByOne.get(token);
      const answer = prepared?.answers.shift();
      if (answer !== undefined) prepared?.meanwhile();
      return answer ?? tokens.get(token) ?? 'unknown';
    },
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  const desks: Desk[] = [];
  return {
    room,
    url,
    pokes,
    tokens,
    gateway,
    logged,
    /** A desk of this person, not connected yet. */
    desk(given: Partial<Handshake> & { actor?: Actor } = {}): Desk {
      const { actor, ...auth } = given;
      const token = auth.token ?? newId();
      if (actor !== undefined) tokens.set(token, actor);
      const socket: Desk = io(url, {
        transports: ['websocket'],
        reconnection: false,
        autoConnect: false,
        auth: { protocol: protocolVersion, cursor: null, ...auth, token },
      });
      desks.push(socket);
      return socket;
    },
    /** The store's answers for this token, one for each call; `meanwhile` runs during each of these calls. */
    answersOf(token: string, answers: TokenHolder[], meanwhile: () => void): void {
      oneByOne.set(token, { answers: [...answers], meanwhile });
    },
    async hears(agency: AgencyInRoom, ...events: Parameters<AgencyInRoom['hears']>): Promise<void> {
      await agency.hears(...events);
      pokes.poke(agency.id);
    },
    async [Symbol.asyncDispose](): Promise<void> {
      for (const socket of desks) socket.disconnect();
      await gateway.close();
      await room[Symbol.asyncDispose]();
    },
  };
}

/** Resolves with the first event of this name. */
export const event = <E extends keyof RelayToDesk | 'connect' | 'connect_error' | 'disconnect'>(
  socket: Desk,
  name: E,
) => new Promise<unknown>((resolve) => socket.once(name as 'connect_error', resolve as () => void));
export const refusalOf = (socket: Desk) =>
  event(socket.connect(), 'connect_error').then((error) => (error as { data: { code: string } }).data.code);
