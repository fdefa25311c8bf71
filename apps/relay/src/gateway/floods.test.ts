import { once } from 'node:events';
import { connect } from 'node:net';
import { type Message, newId } from '@transom/shared';
import { Manager } from 'socket.io-client';
import { afterEach, expect, it, vi } from 'vitest';
import { Allowance } from '../fair-share/allowance.ts';
import { event, openGateway, refusalOf } from './testing/gateway-room.ts';

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const codeOf = (answer: { ok: true } | { ok: false; refusal: { code: string } }) =>
  answer.ok ? 'ok' : answer.refusal.code;
function countsOf(codes: readonly string[]): Record<string, number> {
  return Object.fromEntries([...new Set(codes)].map((code) => [code, codes.filter((each) => each === code).length]));
}

it('carries out only some of a thousand commands from one desk, and tells it to wait with the rest', async () => {
  await using it = await openGateway();
  const agency = await it.room.addAgency();
  const conversationId = await agency.buyerWrites('Hi');
  const desk = it.desk({ actor: agency.agent }).connect();
  await event(desk, 'hello');
  const answers = await Promise.all(
    Array.from({ length: 1_000 }, (_, n) =>
      desk.emitWithAck('command', { id: newId(), command: { kind: 'note.add', conversationId, text: `${n}` } }),
    ),
  );
  const { ok, too_many_attempts: refused } = countsOf(answers.map(codeOf));
  expect(ok! + refused!).toBe(1_000);
  expect(ok).toBeGreaterThanOrEqual(100);
  expect(ok).toBeLessThan(200);
  expect(await agency.count('messages')).toBe(1 + ok!);
});

it('counts the refused ones too: a viewer cannot ask more than others', async () => {
  await using it = await openGateway();
  const agency = await it.room.addAgency();
  const conversationId = await agency.buyerWrites('Hi');
  const desk = it.desk({ actor: agency.viewer }).connect();
  const answers = await Promise.all(
    Array.from({ length: 400 }, () =>
      desk.emitWithAck('command', { id: newId(), command: { kind: 'note.add', conversationId, text: 'x' } }),
    ),
  );
  expect(countsOf(answers.map(codeOf))['forbidden']).toBeLessThan(200);
});

it('limits the history that one desk can read, over all its connections, while others are served', async () => {
  await using it = await openGateway();
  const agency = await it.room.addAgency();
  const conversationId = await agency.buyerWrites('Hi');
  const request = { conversationId, before: null, limit: 200 };
  const desk = it.desk({ actor: agency.agent }).connect();
  const answers = await Promise.all(Array.from({ length: 300 }, () => desk.emitWithAck('history', request)));
  expect(countsOf(answers.map(codeOf))['ok']).toBeLessThan(80);
  desk.disconnect();
  const again = it.desk({ actor: agency.agent }).connect();
  const more = await Promise.all(Array.from({ length: 60 }, () => again.emitWithAck('history', request)));
  expect(countsOf(more.map(codeOf))['too_many_attempts']).toBeGreaterThan(20);
  const colleague = it.desk({ actor: agency.owner }).connect();
  expect(codeOf(await colleague.emitWithAck('history', request))).toBe('ok');
});

it('gives everybody else a turn between two requests from one desk, even if they arrived together', async () => {
  await using it = await openGateway();
  const agency = await it.room.addAgency();
  const desk = it.desk({ actor: agency.agent }).connect();
  await event(desk, 'hello');
  let turn = 0;
  const countTurns = () => {
    turn += 1;
    counting = setImmediate(countTurns);
  };
  let counting = setImmediate(countTurns);
  const asked: number[] = [];
  vi.spyOn(Allowance.prototype, 'take').mockImplementation(() => {
    asked.push(turn);
    return true;
  });
  await Promise.all(Array.from({ length: 50 }, () => desk.emitWithAck('time')));
  clearImmediate(counting);
  expect(new Set(asked).size).toBe(50);
});

it('stops listening to a desk that keeps asking although it is refused', async () => {
  await using it = await openGateway();
  const agency = await it.room.addAgency();
  const desk = it.desk({ actor: agency.agent, token: 't' }).connect();
  await event(desk, 'hello');
  const ended = event(desk, 'disconnect').then(() => 'ended');
  const ask = (times: number) =>
    Promise.all(Array.from({ length: times }, () => new Promise((answered) => desk.emit('history', null, answered))));
  // This many are refused before the relay stops listening; on a slow machine some more, because they are counted by the minute.
  for (let times = 20_100; (await Promise.race([ended, ask(times)])) !== 'ended'; times = 100);
  expect(await refusalOf(it.desk({ actor: agency.agent, token: 't' }))).toBe('too_many_attempts');
  expect(it.logged.join('')).toContain('went on asking');
});

it('keeps the newest socket of a device, until two keep replacing each other', async () => {
  await using it = await openGateway();
  const { agent } = await it.room.addAgency();
  let present = it.desk({ actor: agent }).connect();
  await event(present, 'hello');
  for (let n = 0; n < 10; n += 1) {
    const told = Promise.all([event(present, 'replaced'), event(present, 'disconnect')]);
    const next = it.desk({ actor: agent }).connect();
    await Promise.all([event(next, 'hello'), told]);
    expect(it.gateway.connectedDesks()).toBe(1);
    present = next;
  }
  expect(await refusalOf(it.desk({ actor: agent }))).toBe('too_many_attempts');
  expect(present.connected).toBe(true);
});

it('counts desks that said who they are, and drops a connection that does not', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  await using it = await openGateway();
  const silent = new Manager(it.url, { transports: ['websocket'], reconnection: false });
  await new Promise((resolve) => silent.once('open', () => resolve(null)));
  expect(it.gateway.connectedDesks()).toBe(0);
  const ended = new Promise((resolve) => silent.once('close', resolve));
  vi.advanceTimersByTime(10_000);
  await ended;
});

it('lets a stranger try one token on a connection, not one after another', async () => {
  await using it = await openGateway();
  const stranger = new WebSocket(`${it.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`);
  await new Promise((resolve) => stranger.addEventListener('open', resolve, { once: true }));
  const answers: string[] = [];
  stranger.addEventListener('message', ({ data }) => void answers.push(String(data)));
  const ended = new Promise((resolve) => stranger.addEventListener('close', resolve, { once: true }));
  const auth = { protocol: { min: 1, max: 1 }, cursor: null };
  for (let n = 0; n < 200; n += 1) stranger.send(`40${JSON.stringify({ ...auth, token: `${n}` })}`);
  await ended;
  expect(answers.filter((answer) => answer.includes('unauthorized')).length).toBeLessThanOrEqual(1);
});

it('returns only as much history at once as is read quickly, and the rest on request', async () => {
  await using it = await openGateway();
  const agency = await it.room.addAgency();
  const conversationId = await agency.buyerWrites('Hi');
  const text = `ж${'n'.repeat(9_999)}`;
  for (let n = 0; n < 25; n += 1) await agency.perform(agency.agent, { kind: 'note.add', conversationId, text });
  const desk = it.desk({ actor: agency.agent }).connect();
  const seen: Message[] = [];
  for (let hasMore = true; hasMore; ) {
    const before = seen.at(-1) ?? null;
    const request = { conversationId, before: before && { sentAt: before.sentAt, id: before.id }, limit: 200 };
    const answer = await desk.emitWithAck('history', request);
    if (!answer.ok) throw new Error(answer.refusal.code);
    expect(JSON.stringify(answer).length).toBeLessThan(120_000);
    seen.push(...answer.messages);
    hasMore = answer.hasMore;
  }
  expect(seen.map((message) => message.text?.length)).toEqual([...Array.from({ length: 25 }, () => 10_000), 2]);
  expect(new Set(seen.map(({ id }) => id)).size).toBe(26);
});

it.each([
  ['large ones', 1, 'x'.repeat(20_000)],
  ['hundreds of small ones', 300, ''],
])('does not listen to a stranger that sends no-op packets: %s', async (_, count, content) => {
  // No connection is dropped for silence meanwhile.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  await using it = await openGateway();
  const stranger = new WebSocket(`${it.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`);
  await new Promise((resolve) => stranger.addEventListener('open', resolve, { once: true }));
  const ended = new Promise((resolve) => stranger.addEventListener('close', resolve, { once: true }));
  // Six is Engine.IO's no-op packet.
  for (let n = 0; n < count; n += 1) stranger.send(`6${content}`);
  await ended;
});

it.each([
  ['announces a large message', () => Buffer.from([0x81, 0xff, 0, 0, 0, 0, 0, 3, 0, 0, 1, 2, 3, 4])],
  [
    'sends a message in a thousand pieces',
    () => Buffer.concat([Buffer.from([0x01, 0x81, 0, 0, 0, 0, 54]), ...Array.from({ length: 1_000 }, () => piece)]),
  ],
])('drops a stranger that %s, before it has arrived', async (_, what) => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  await using it = await openGateway();
  const stranger = connect(Number(new URL(it.url).port), '127.0.0.1');
  stranger.write(
    'GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
      'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
  );
  await once(stranger, 'data');
  const ended = once(stranger.on('error', () => undefined).resume(), 'end');
  stranger.write(what());
  await ended;
  stranger.destroy();
});
/** A fragment that is not the last, with one letter. */
const piece = Buffer.from([0x00, 0x81, 0, 0, 0, 0, 54]);

it('ends a connection that no longer serves a socket', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  await using it = await openGateway();
  const agency = await it.room.addAgency();
  it.tokens.set('t', agency.agent);
  const raw = new WebSocket(`${it.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`);
  await new Promise((resolve) => raw.addEventListener('open', resolve, { once: true }));
  const ended = new Promise((resolve) => raw.addEventListener('close', resolve, { once: true }));
  const welcome = new Promise((resolve) =>
    raw.addEventListener('message', ({ data }) => String(data).includes('hello') && resolve(null)),
  );
  raw.send(`40${JSON.stringify({ protocol: { min: 1, max: 1 }, cursor: null, token: 't' })}`);
  await welcome;
  expect(it.gateway.connectedDesks()).toBe(1);
  raw.send('41');
  await vi.waitUntil(() => it.gateway.connectedDesks() === 0);
  vi.advanceTimersByTime(5_000);
  await ended;
});

it('cuts off a desk that sends megabytes, and keeps listening to one that sends what desks normally send', async () => {
  await using it = await openGateway();
  const agency = await it.room.addAgency();
  const conversationId = await agency.buyerWrites('Hi');
  const wild = it.desk({ actor: agency.agent }).connect();
  const busy = it.desk({ actor: agency.owner }).connect();
  await Promise.all([event(wild, 'hello'), event(busy, 'hello')]);
  const ended = event(wild, 'disconnect');
  for (let n = 0; n < 30; n += 1) wild.emit('history', { much: 'x'.repeat(200_000) }, () => undefined);
  await ended;
  const text = 'n'.repeat(10_000);
  for (let n = 0; n < 30; n += 1) {
    const command = { kind: 'note.add', conversationId, text };
    expect(codeOf(await busy.emitWithAck('command', { id: newId(), command }))).toBe('ok');
  }
});

it('gives a final answer to a fault of ours, with a reference to the line in the log', async () => {
  await using it = await openGateway();
  const agency = await it.room.addAgency();
  const conversationId = await agency.buyerWrites('Hi');
  const desk = it.desk({ actor: agency.agent }).connect();
  await it.room.store.write((tx) =>
    tx.run(`create trigger broken before insert on messages begin select raise(abort, 'words of a buyer'); end`),
  );
  const answer = await desk.emitWithAck('command', {
    id: 'c1',
    command: { kind: 'note.add', conversationId, text: 'x' },
  });
  expect(codeOf(answer)).toBe('internal_error');
  const reference = answer.ok ? '' : String(answer.refusal.params?.['reference']);
  const line = it.logged.find((each) => each.includes(reference));
  expect(line).toContain('"commandId":"c1"');
  expect(it.logged.join('')).not.toContain('words of a buyer');
  await it.room.store.close();
  const later = await desk.emitWithAck('command', {
    id: 'c2',
    command: { kind: 'note.add', conversationId, text: 'x' },
  });
  expect(codeOf(later)).toBe('not_stored');
});
