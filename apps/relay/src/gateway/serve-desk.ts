import { setTimeout as pause } from 'node:timers/promises';
import {
  type DeskToRelay,
  type Handshake,
  lowerCommandAnswer,
  lowerHello,
  lowerHistory,
  type RelayToDesk,
  refuse,
} from '@transom/shared';
import type { Socket } from 'socket.io';
import type { Clock } from '../clock.ts';
import type { Allowances, Asking } from '../fair-share/allowance.ts';
import { type Feed, follow } from '../feed/follow.ts';
import type { Actor } from '../inbox/actor.ts';
import type { Inbox } from '../inbox/inbox.ts';
import { readAgency } from '../ledger/documents/account.ts';
import type { Logger } from '../log.ts';
import type { Store } from '../store/port.ts';
import { cutOff, hasTakenAll, unreadBy } from './connection.ts';
import { sendPage } from './page-encoder.ts';
import { answerCommand, answerHistory } from './requests.ts';
import type { Unacknowledged } from './unacknowledged.ts';

export type ServeDeps = {
  readonly store: Store;
  readonly inbox: Inbox;
  readonly feed: Feed;
  readonly clock: Clock;
  readonly log: Logger;
  readonly allowances: Allowances;
};

/** An admitted device; `asOf`: how many revocations were known when it was authenticated. */
export type Admitted = {
  readonly actor: Actor;
  readonly handshake: Handshake;
  readonly protocol: number;
  readonly asOf: number;
};
export type DeskSocket = Socket<DeskToRelay, RelayToDesk, Record<string, never>, { admitted: Admitted | null }>;

/** Packets that wait because the desk does not read. A healthy desk never has more than a page and a few dozen answers waiting. */
const maxUnread = 1_000;

const doesNotRead = 'desk cut off: it does not read its answers';
const notLetIn = { ok: false, refusal: refuse('unauthorized') } as const;
const tooMany = {
  ok: false,
  refusal: refuse('too_many_attempts.device'),
} as const;

/**
 * Answers a desk's requests within its allowance; beyond that, tells the desk to wait and does not ask the store. Commands and requests for
 * history that come before `letIn` has resolved wait for it, and are refused if it is false.
 */
export function answerDesk(
  socket: DeskSocket,
  { actor, protocol }: Admitted,
  deps: ServeDeps,
  letIn: Promise<boolean>,
): void {
  const allowance = deps.allowances.of(actor.deviceId);

  function mayAsk(what: Asking): boolean {
    if (allowance.take(what)) return true;
    if (allowance.isHopeless) cutWith('desk cut off: it went on asking what it was refused');
    return false;
  }
  function cutWith(sentence: string): void {
    if (socket.connected) deps.log.warn({ deviceId: actor.deviceId }, sentence);
    cutOff(socket.conn);
  }
  function give(answer: unknown, ready: unknown): void {
    // A desk that sends no callback must not be able to crash the relay.
    if (typeof answer !== 'function' || !socket.connected) return;
    if (unreadBy(socket) > maxUnread) return cutWith(doesNotRead);
    (answer as (given: unknown) => void)(ready);
  }
  async function carryOut(envelope: unknown, answer: unknown): Promise<void> {
    if (!(await letIn)) return give(answer, lowerCommandAnswer(protocol, notLetIn));
    const ready = await allowance.inTurn('command', () => answerCommand(deps, actor, envelope));
    give(answer, lowerCommandAnswer(protocol, ready));
  }
  async function readBack(request: unknown, answer: unknown): Promise<void> {
    if (!(await letIn)) return give(answer, lowerCommandAnswer(protocol, notLetIn));
    await allowance.inTurn('history', async () => {
      // A page may be in flight to a slow desk. That is no reason to cut it off.
      await hasTakenAll(socket);
      if (!socket.connected) return;
      await deps.allowances.largeAnswers.take(
        actor.agencyId,
        async () => {
          if (!socket.connected) return;
          give(answer, lowerHistory(protocol, await answerHistory(deps, actor, request)));
          await hasTakenAll(socket);
        },
        () => cutWith(doesNotRead),
      );
    });
  }

  socket.on('time', (answer) => {
    if (mayAsk('time')) give(answer, deps.clock());
  });
  socket.on('command', (envelope, answer) => {
    if (mayAsk('command')) void carryOut(envelope, answer);
    else give(answer, lowerCommandAnswer(protocol, tooMany));
  });
  socket.on('history', (request, answer) => {
    if (mayAsk('history')) void readBack(request, answer);
    else give(answer, lowerCommandAnswer(protocol, tooMany));
  });
}

/** Tells the desk who it is and sends it its agency's feed until the signal aborts. Rejects if it does not acknowledge a page. */
export async function feedDesk(
  socket: DeskSocket,
  { actor, handshake, protocol }: Admitted,
  deps: ServeDeps,
  unacknowledged: Unacknowledged,
  signal: AbortSignal,
): Promise<void> {
  const agency = deps.store.forAgency(actor.agencyId);
  const about = await agency.read(readAgency);
  socket.emit(
    'hello',
    lowerHello({
      protocol,
      serverNow: deps.clock(),
      deviceId: actor.deviceId,
      agency: about,
      person: actor.person,
    }),
  );
  const pauseMs = unacknowledged.pauseMs(actor.deviceId);
  if (pauseMs > 0) await pause(pauseMs, undefined, { signal });
  await follow({
    ...deps.feed,
    agency,
    cursor: handshake.cursor,
    signal,
    deliver: async (page) => {
      unacknowledged.noteSent(actor.deviceId);
      await sendPage(socket, page.inVersion(protocol), deps.clock());
      unacknowledged.noteAcknowledged(actor.deviceId);
    },
  });
}
