import { setPriority } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { type DeskToRelay, newId, protocolVersion, type RelayToDesk } from '@transom/shared';
import { io, type Socket } from 'socket.io-client';
import { WebSocket } from 'ws';
import { answerCalls } from '../../build/bench/process-calls.ts';

/** Hostile desks: they ask as fast as they can, or ask and do not read. And strangers, who are not desks at all. */
type Desk = Socket<RelayToDesk, DeskToRelay>;
export type Asked = 'commands' | 'history' | 'both' | 'lists';

const outstanding = 50;
/** A script keeps fewer connections. */
const requestsAtOnce = 8;
/** Together far more than the kernel buffers for one connection. */
const noteLetters = 10_000;
const notesOfEach = 10;
/** Real ones have a machine of their own: here they must not take the processor from what is measured. */
setPriority(19);

let url = '';
let tokens: string[] = [];
let desks: Desk[] = [];
let strangers: WebSocket[] = [];
let isOn = false;

answerCalls({
  async connect(relayUrl: string, given: string[]): Promise<void> {
    url = relayUrl;
    tokens = given;
    desks = tokens.map((token) => {
      const desk: Desk = io(url, {
        transports: ['websocket'],
        forceNew: true,
        auth: { token, protocol: protocolVersion, cursor: null },
      });
      desk.on('page', (_page, applied) => applied());
      return desk;
    });
    await Promise.all(desks.map((desk) => new Promise<void>((resolve) => desk.once('hello', () => resolve()))));
  },
  /** Fills a thread with long notes. One letter of each is Cyrillic, so that every letter takes two bytes in memory. */
  async fill(conversationId: string): Promise<void> {
    const text = `ж${'n'.repeat(noteLetters - 1)}`;
    for (const desk of desks)
      for (let n = 0; n < notesOfEach; n += 1)
        await desk.emitWithAck('command', { id: newId(), command: { kind: 'note.add', conversationId, text } });
  },
  async begin(what: Asked, conversationId: string): Promise<void> {
    isOn = true;
    for (const [n, desk] of desks.entries()) {
      const asks = {
        commands: () => askCommand(desk, conversationId),
        history: () => askHistory(desk, conversationId),
        lists: () => askList(tokens[n] ?? '', conversationId),
      };
      for (let each = 0; each < (what === 'lists' ? requestsAtOnce : outstanding); each += 1)
        void askOnAndOn(what === 'both' ? (each % 2 === 0 ? asks.commands : asks.history) : asks[what]);
    }
  },
  async end(): Promise<void> {
    isOn = false;
  },
  /** Asks for history and reads nothing. */
  async leaveUnread(conversationId: string): Promise<void> {
    for (const desk of desks) underlying(desk).pause();
    for (let n = 0; n < 45; n += 1) {
      for (const desk of desks) desk.emit('history', { conversationId, before: null, limit: 200 }, () => undefined);
      await pause(60);
    }
  },
  /** Connections that never say who they are, and send large empty packets. */
  async beStrangers(count: number): Promise<void> {
    isOn = true;
    for (let n = 0; n < count; n += 1) void beStranger();
  },
  async close(): Promise<void> {
    isOn = false;
    for (const desk of desks) desk.disconnect();
    for (const stranger of strangers) stranger.terminate();
    [desks, strangers] = [[], []];
  },
});

/** The WebSocket below Socket.IO and Engine.IO. */
function underlying(desk: Desk): WebSocket {
  return (desk.io.engine.transport as unknown as { ws: WebSocket }).ws;
}

async function askOnAndOn(ask: () => Promise<unknown>): Promise<void> {
  while (isOn) await ask().catch(() => pause(10));
}
const askCommand = (desk: Desk, conversationId: string) =>
  desk
    .timeout(10_000)
    .emitWithAck('command', { id: newId(), command: { kind: 'note.add', conversationId, text: 'x' } });
const askHistory = (desk: Desk, conversationId: string) =>
  desk.timeout(10_000).emitWithAck('history', { conversationId, before: null, limit: 200 });
async function askList(token: string, conversationId: string): Promise<void> {
  const answer = await fetch(`${url}/api/conversations/${conversationId}/messages?limit=200`, {
    headers: { authorization: `Bearer ${token}` },
  });
  await answer.arrayBuffer();
}

async function beStranger(): Promise<void> {
  const noop = `6${' '.repeat(240 * 1_024)}`;
  while (isOn) {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`);
    strangers.push(socket);
    socket.on('error', () => undefined);
    await new Promise((resolve) => socket.once('open', resolve).once('close', resolve));
    while (isOn && socket.readyState === WebSocket.OPEN)
      await new Promise((resolve) => {
        socket.send(noop, resolve);
      });
    strangers = strangers.filter((one) => one !== socket);
    await pause(10);
  }
}
