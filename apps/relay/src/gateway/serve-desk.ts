import { setTimeout as pause } from 'node:timers/promises';
import {
  type CommandAnswer,
  type DeskToRelay,
  type Handshake,
  type HistoryAnswer,
  type RelayToDesk,
  refuse,
} from '@transom/shared';
import type { Socket } from 'socket.io';
import type { Clock } from '../clock.ts';
import { type Feed, follow } from '../feed/follow.ts';
import type { Actor } from '../inbox/actor.ts';
import { readAgency } from '../inbox/documents/account.ts';
import type { Inbox } from '../inbox/inbox.ts';
import type { Logger } from '../log.ts';
import type { Allowance, Asking } from '../people/allowance.ts';
import type { Store } from '../store/port.ts';
import { FewAtOnce } from './few-at-once.ts';
import { sendPage } from './page-encoder.ts';
import { answerCommand, answerHistory } from './requests.ts';
import type { Unacknowledged } from './unacknowledged.ts';

export type ServeDeps = {
  readonly store: Store;
  readonly inbox: Inbox;
  readonly feed: Feed;
  readonly clock: Clock;
  readonly log: Logger;
};

/** A device as it was let in; `asOf`: how many revocations were known when it was asked who it is. */
export type Admitted = {
  readonly actor: Actor;
  readonly handshake: Handshake;
  readonly protocol: number;
  readonly asOf: number;
};
export type DeskSocket = Socket<DeskToRelay, RelayToDesk, Record<string, never>, { admitted: Admitted | null }>;

const commandsAtOnce = 8;
const historyAtOnce = 2;
/** Packets that wait because the desk does not read. A healthy desk never has more than a page and a few dozen answers waiting. */
const mostUnread = 4_000;
/** Older messages are large: a desk that leaves more packets than this unread gets no more of them. */
const mostUnreadForHistory = 32;

const notLetIn = { ok: false, refusal: refuse('unauthorized') } as const;
const tooMany = {
  ok: false,
  refusal: refuse(
    'too_many_attempts',
    'This desk is asking for more than the relay answers at once. Wait a moment before trying again.',
  ),
} as const;

/**
 * Answers what a desk asks, as far as its allowance goes; beyond that the desk is told to wait, and the store is not asked. Questions
 * that come before `letIn` has resolved wait for it, and are refused when it says no.
 */
export function answerDesk(
  socket: DeskSocket,
  { actor }: Admitted,
  deps: ServeDeps,
  allowance: Allowance,
  letIn: Promise<boolean>,
): void {
  const commands = new FewAtOnce(commandsAtOnce);
  const histories = new FewAtOnce(historyAtOnce);

  function mayAsk(what: Asking): boolean {
    if (allowance.take(what)) return true;
    if (allowance.isHopeless) cutOff('desk cut off: it went on asking what it was refused');
    return false;
  }
  function mayAskHistory(): boolean {
    if (unreadBy(socket) <= mostUnreadForHistory) return mayAsk('history');
    allowance.noteRefused();
    return false;
  }
  function cutOff(sentence: string): void {
    if (!socket.connected) return;
    deps.log.warn({ deviceId: actor.deviceId }, sentence);
    socket.conn.close(true);
  }
  async function give<Answer>(answer: unknown, made: Answer | Promise<Answer>): Promise<void> {
    const ready = await made;
    // A desk that sends no callback must not be able to crash the relay.
    if (typeof answer !== 'function' || !socket.connected) return;
    if (unreadBy(socket) > mostUnread) return cutOff('desk cut off: it does not read its answers');
    (answer as (given: Answer) => void)(ready);
  }
  async function whenLetIn<Answer>(lane: FewAtOnce, ask: () => Promise<Answer>): Promise<Answer | typeof notLetIn> {
    return (await letIn) ? lane.run(ask) : notLetIn;
  }

  socket.on('time', (answer) => {
    if (mayAsk('time')) void give(answer, deps.clock());
  });
  socket.on('command', (envelope, answer) => {
    const made = mayAsk('command')
      ? whenLetIn<CommandAnswer>(commands, () => answerCommand(deps, actor, envelope))
      : tooMany;
    void give(answer, made);
  });
  socket.on('history', (request, answer) => {
    const made = mayAskHistory()
      ? whenLetIn<HistoryAnswer>(histories, () => answerHistory(deps, actor, request))
      : tooMany;
    void give(answer, made);
  });
}

/** How many packets wait for the desk to read earlier ones. Engine.IO keeps them and does not publish their number. */
function unreadBy(socket: DeskSocket): number {
  return (socket.conn as unknown as { readonly writeBuffer: readonly unknown[] }).writeBuffer.length;
}

/** Tells the desk who it is and keeps it at its agency's feed until the signal aborts. Rejects when it does not acknowledge a page. */
export async function feedDesk(
  socket: DeskSocket,
  { actor, handshake, protocol }: Admitted,
  deps: ServeDeps,
  unacknowledged: Unacknowledged,
  signal: AbortSignal,
): Promise<void> {
  const agency = deps.store.forAgency(actor.agencyId);
  const about = await agency.read(readAgency);
  socket.emit('hello', {
    protocol,
    serverNow: deps.clock(),
    deviceId: actor.deviceId,
    agency: about,
    person: actor.person,
  });
  const pauseMs = unacknowledged.pauseMs(actor.deviceId);
  if (pauseMs > 0) await pause(pauseMs, undefined, { signal });
  await follow({
    ...deps.feed,
    agency,
    cursor: handshake.cursor,
    signal,
    deliver: async (page) => {
      unacknowledged.noteSent(actor.deviceId);
      await sendPage(socket, page, deps.clock());
      unacknowledged.noteAcknowledged(actor.deviceId);
    },
  });
}
