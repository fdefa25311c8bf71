import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { newId, refuse } from '@transom/shared';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { expect, onTestFinished, test, vi } from 'vitest';
import { sampleConversation } from '../test/samples.ts';
import { standInRelay } from '../test/stand-in-relay.ts';
import { filesIn, tempFolder } from '../test/temp-folder.ts';
import { testDesk } from '../test/window.ts';

const soon = { timeout: 40_000, interval: 20 };
const conversations = ['c1', 'c2', 'c3'].map((id) => ({
  entity: 'conversation' as const,
  id,
  document: sampleConversation(id),
}));

test('whatever the network does, each reply is carried out exactly once, in order', { timeout: 60_000 }, async () => {
  const relay = await standInRelay();
  relay.put(...conversations);
  const desk = await testDesk();
  await desk.call('session.pair', { relayUrl: relay.url, code: 'GOOD-CODE', name: 'x' });
  await vi.waitFor(async () => expect((await desk.call('session.get', {})).connection.relay).toBe('live'), soon);
  const faults = fc.sample(fc.constantFrom('answer' as const, 'answer' as const, 'lose' as const, 'again' as const), {
    numRuns: 6,
    seed: 7,
  });
  relay.onCommand = () => {
    const fault = faults.shift() ?? 'answer';
    return fault === 'again' ? { ok: false, refusal: refuse('not_stored') } : fault;
  };
  const sent = Array.from({ length: 18 }, (_, index) => ({
    clientMessageId: newId(),
    conversationId: `c${(index % 3) + 1}`,
    text: `reply ${index}`,
  }));
  for (const reply of sent) expect(await desk.call('reply.send', reply)).toEqual({ ok: true });
  await vi.waitFor(async () => expect((await desk.call('outbox.list', {})).items).toEqual([]), soon);
  for (const conversationId of ['c1', 'c2', 'c3']) {
    const performed = relay.performed.filter(
      ({ command }) => 'conversationId' in command && command.conversationId === conversationId,
    );
    expect(performed.map(({ id }) => id)).toEqual(
      sent.filter((reply) => reply.conversationId === conversationId).map((reply) => reply.clientMessageId),
    );
  }
});

test('a desk killed at any moment loses no reply that it had accepted, and sends none twice', {
  timeout: 90_000,
}, async () => {
  const relay = await standInRelay();
  relay.put(...conversations);
  const dataDir = tempFolder();
  const stored: string[] = [];
  let last: ChildProcess | null = null;
  onTestFinished(() => void last?.kill('SIGKILL'));
  for (let round = 0; round < 6; round += 1) {
    const desk: ChildProcess = fork(new URL('../test/outbox-process.ts', import.meta.url), [dataDir, relay.url], {
      execArgv: [],
    });
    last = desk;
    await once(desk, 'message');
    await vi.waitFor(() => expect(relay.handshakes.length).toBeGreaterThan(round), soon);
    desk.on('message', (message: { stored: string | null }) => {
      if (message.stored !== null) stored.push(message.stored);
    });
    const enough = stored.length + 3 + round;
    relay.onCommand = () => (relay.performed.length % 4 === round % 4 ? 'lose' : 'answer');
    await vi.waitFor(() => {
      desk.send({
        clientMessageId: newId(),
        conversationId: `c${(stored.length % 3) + 1}`,
        text: `reply ${stored.length}`,
      });
      expect(stored.length).toBeGreaterThanOrEqual(enough);
    }, soon);
    const gone = once(desk, 'exit');
    desk.kill('SIGKILL');
    await gone;
  }
  relay.onCommand = () => 'answer';
  last = fork(new URL('../test/outbox-process.ts', import.meta.url), [dataDir, relay.url], { execArgv: [] });
  await vi.waitFor(() => expect(relay.performed.map(({ id }) => id)).toEqual(expect.arrayContaining(stored)), soon);
  expect(new Set(relay.performed.map(({ id }) => id)).size).toBe(relay.performed.length);
});

test('words that may have reached the relay are not handed back as unsent', async () => {
  const relay = await standInRelay();
  relay.put(...conversations);
  const desk = await testDesk();
  await desk.call('session.pair', { relayUrl: relay.url, code: 'GOOD-CODE', name: 'x' });
  await vi.waitFor(async () => expect((await desk.call('session.get', {})).connection.relay).toBe('live'), soon);
  relay.onCommand = () => ({ ok: false, refusal: refuse('not_stored') });
  const tried = { clientMessageId: newId(), conversationId: 'c1', text: 'on its way' };
  const queuedBehind = { clientMessageId: newId(), conversationId: 'c1', text: 'not tried' };
  await desk.call('reply.send', tried);
  await desk.call('reply.send', queuedBehind);
  expect(await desk.call('outbox.withdraw', { clientMessageId: tried.clientMessageId, keep: true })).toEqual({
    isWithdrawn: false,
  });
  expect(await desk.call('outbox.withdraw', { clientMessageId: queuedBehind.clientMessageId, keep: true })).toEqual({
    isWithdrawn: true,
  });
  expect((await desk.call('draft.get', { conversationId: 'c1' })).drafts.reply.text).toBe('not tried');
  expect((await desk.call('outbox.list', {})).items.map(({ text }) => text)).toEqual(['on its way']);
});

test('what the relay would surely refuse is refused before it is stored', async () => {
  const relay = await standInRelay();
  relay.put(...conversations);
  const desk = await testDesk();
  const reply = { clientMessageId: newId(), conversationId: 'c1', text: 'hi' };
  expect(await desk.call('reply.send', reply)).toMatchObject({ refusal: { code: 'unauthorized' } });
  await desk.call('session.pair', { relayUrl: relay.url, code: 'GOOD-CODE', name: 'x' });
  await vi.waitFor(async () => expect((await desk.call('session.get', {})).connection.relay).toBe('live'), soon);
  expect(await desk.call('reply.send', { ...reply, text: '  ' })).toMatchObject({ refusal: { code: 'text_empty' } });
  expect(await desk.call('reply.send', { ...reply, text: '🛁'.repeat(251) })).toMatchObject({
    refusal: { code: 'text_too_long' },
  });
  expect(await desk.call('reply.send', { ...reply, conversationId: 'nowhere' })).toMatchObject({
    refusal: { code: 'not_found' },
  });
  expect((await desk.call('outbox.list', {})).items).toEqual([]);
});

test('a reply is sent once it and its emptied draft are on the disk, and not when only one of them could be stored', async () => {
  const relay = await standInRelay();
  relay.put(...conversations);
  const desk = await testDesk();
  await desk.call('session.pair', { relayUrl: relay.url, code: 'GOOD-CODE', name: 'x' });
  await vi.waitFor(async () => expect((await desk.call('session.get', {})).connection.relay).toBe('live'), soon);
  await desk.call('draft.put', { conversationId: 'c1', tab: 'reply', text: 'It is 4,900.', baseRev: 0 });
  const disk = new Database(join(filesIn(desk.dataDir), 'local.db'));
  onTestFinished(() => void disk.close());
  disk.exec(`CREATE TRIGGER full BEFORE UPDATE ON drafts BEGIN SELECT RAISE(ABORT, 'as when the disk is full'); END`);
  const send = () => desk.call('reply.send', { conversationId: 'c1', clientMessageId: newId(), text: 'It is 4,900.' });
  // The desk mistakes it for damage and fetches the cache again meanwhile.
  expect(await send()).toMatchObject({ ok: false });
  const kept = async () => ({
    items: (await desk.call('outbox.list', {})).items.map(({ text }) => text),
    draft: (await desk.call('draft.get', { conversationId: 'c1' })).drafts.reply.text,
  });
  expect(await kept()).toEqual({ items: [], draft: 'It is 4,900.' });
  expect(desk.events.filter(({ name }) => name === 'draft')).toHaveLength(1);
  disk.exec('DROP TRIGGER full');
  await vi.waitFor(async () => expect((await send()).ok).toBe(true), soon);
  await vi.waitFor(() => expect(relay.performed).toHaveLength(1), soon);
  await vi.waitFor(async () => expect(await kept()).toEqual({ items: [], draft: '' }), soon);
});
