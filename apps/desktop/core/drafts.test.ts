import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { refuse } from '@transom/shared';
import Database from 'better-sqlite3';
import { expect, test, vi } from 'vitest';
import type { Draft, DraftTab } from '../contract/views.ts';
import { liveDesk, soon } from './test/live-desk.ts';
import { testWindow } from './test/plain-core.ts';
import { baseAt, sampleConversation, sampleMessage } from './test/samples.ts';
import { standInRelay } from './test/stand-in-relay.ts';
import { filesWith, tempFolder, tempStore } from './test/temp-folder.ts';

type Desk = Awaited<ReturnType<typeof liveDesk>>['desk'];
type Told = { conversationId: string; tab: DraftTab; draft: Draft };
const toldTo = (window: ReturnType<typeof testWindow>): Told[] =>
  window.events.flatMap((event) => (event.name === 'draft' ? [event.payload] : []));

test('two windows have one draft, and neither overwrites what the other typed', async () => {
  const { desk } = await liveDesk();
  const other = testWindow(desk.core);
  await other.call('session.get', {});
  const put = (window: typeof other, text: string, baseRev: number) =>
    window.call('draft.put', { conversationId: 'c1', tab: 'reply', text, baseRev });
  expect(await put(desk, 'Good', 0)).toEqual({ isStored: true, current: { text: 'Good', rev: 1 } });
  await vi.waitFor(
    () => expect(toldTo(other)).toMatchObject([{ tab: 'reply', draft: { text: 'Good', rev: 1 } }]),
    soon,
  );
  // Typed before that was heard of: nothing is stored, and the window learns what stands there.
  expect(await put(other, 'Dear', 0)).toEqual({ isStored: false, current: { text: 'Good', rev: 1 } });
  expect(await put(other, 'Good day', 1)).toEqual({ isStored: true, current: { text: 'Good day', rev: 2 } });
  await vi.waitFor(() => expect(toldTo(desk).at(-1)?.draft).toEqual({ text: 'Good day', rev: 2 }), soon);
  expect(toldTo(other)).toHaveLength(2);
});

test('each tab has a draft of its own, notes included, even after a restart', async () => {
  const { desk, dataDir } = await liveDesk();
  for (const tab of ['reply', 'private_reply', 'note'] as const)
    await desk.call('draft.put', { conversationId: 'c1', tab, text: `half a ${tab}`, baseRev: 0 });
  await desk.core.close();
  const store = tempStore(dataDir);
  for (const tab of ['reply', 'private_reply', 'note'] as const)
    expect(store.local.draft('c1', tab)).toEqual({ text: `half a ${tab}`, rev: 1 });
});

test('what was sent leaves its draft, and only that one; words that another window typed meanwhile stay', async () => {
  const { desk } = await liveDesk();
  const put = async (tab: DraftTab, text: string) => {
    const { drafts } = await desk.call('draft.get', { conversationId: 'c1' });
    await desk.call('draft.put', { conversationId: 'c1', tab, text, baseRev: drafts[tab].rev });
  };
  const draft = async (tab: DraftTab) => (await desk.call('draft.get', { conversationId: 'c1' })).drafts[tab].text;
  await put('reply', 'It is 4,9');
  await put('note', 'Call back');
  await desk.call('reply.send', { conversationId: 'c1', clientMessageId: 'a', text: 'It is 4,900.' });
  expect(await draft('reply')).toBe('');
  expect(await draft('note')).toBe('Call back');
  await vi.waitFor(() => expect(toldTo(desk).at(-1)?.draft).toEqual({ text: '', rev: 2 }), soon);
  await put('reply', 'Something else');
  await desk.call('reply.send', { conversationId: 'c1', clientMessageId: 'b', text: 'Delivery is free.' });
  expect(await draft('reply')).toBe('Something else');
  // What is refused is not sent: the words stay.
  await put('reply', ' ');
  expect(await desk.call('reply.send', { conversationId: 'c1', clientMessageId: 'c', text: ' ' })).toMatchObject({
    ok: false,
  });
  expect(await draft('reply')).toBe(' ');
});

test('all drafts to somebody who was erased are gone, and every window hears of it', async () => {
  const { relay, desk, dataDir } = await liveDesk();
  for (const tab of ['reply', 'note'] as const)
    await desk.call('draft.put', { conversationId: 'c1', tab, text: 'Dear Vaucanson', baseRev: 0 });
  relay.put({
    entity: 'conversation',
    id: 'c1',
    document: sampleConversation('c1', { rev: 5, erasedAt: baseAt, lastMessage: null }),
  });
  await vi.waitFor(
    () =>
      expect(toldTo(desk).slice(2)).toEqual([
        { conversationId: 'c1', tab: 'note', draft: { text: '', rev: 2 } },
        { conversationId: 'c1', tab: 'reply', draft: { text: '', rev: 2 } },
      ]),
    soon,
  );
  const { drafts } = await desk.call('draft.get', { conversationId: 'c1' });
  expect(Object.values(drafts).map(({ text }) => text)).toEqual(['', '', '']);
  await vi.waitFor(() => expect(readFileSync(join(dataDir, 'local.db')).includes('Vaucanson')).toBe(false), soon);
});

test('two windows that send one draft send one message', async () => {
  const { relay, desk } = await liveDesk();
  const { current } = await desk.call('draft.put', { conversationId: 'c1', tab: 'reply', text: 'hello', baseRev: 0 });
  const send = (clientMessageId: string) =>
    desk.call('reply.send', { conversationId: 'c1', clientMessageId, text: 'hello', draftRev: current.rev });
  expect(await send('of-the-first-window')).toEqual({ ok: true });
  expect(await send('of-the-second-window')).toMatchObject({ ok: false, refusal: { code: 'id_reused' } });
  // Other words stand in the field by now: what was sent stays sent.
  await desk.call('draft.put', { conversationId: 'c1', tab: 'reply', text: 'And delivery', baseRev: 2 });
  expect(await send('of-a-third-window')).toMatchObject({
    ok: false,
    refusal: { detail: expect.stringContaining('already sent this draft') },
  });
  await vi.waitFor(() => expect(relay.performed).toHaveLength(1), soon);
});

test('a call that is repeated because its answer was lost is answered as before, even when it is a message by now', async () => {
  const { relay, desk } = await liveDesk();
  const { current } = await desk.call('draft.put', { conversationId: 'c1', tab: 'reply', text: 'hello', baseRev: 0 });
  const send = () =>
    desk.call('reply.send', { conversationId: 'c1', clientMessageId: 'a', text: 'hello', draftRev: current.rev });
  relay.onCommand = () => 'hang';
  expect([await send(), await send()]).toEqual([{ ok: true }, { ok: true }]);
  relay.onCommand = () => 'answer';
  relay.cut();
  await vi.waitFor(async () => expect(await outbox(desk)).toEqual([]), soon);
  expect(await send()).toEqual({ ok: true });
  expect(relay.performed).toHaveLength(1);
});

test('a draft that another window deleted was not sent, so it may be', async () => {
  const { relay, desk } = await liveDesk();
  const put = (text: string, baseRev: number) =>
    desk.call('draft.put', { conversationId: 'c1', tab: 'reply', text, baseRev });
  await put('hello', 0);
  await put('', 1);
  expect(
    await desk.call('reply.send', { conversationId: 'c1', clientMessageId: 'a', text: 'hello', draftRev: 1 }),
  ).toEqual({ ok: true });
  await vi.waitFor(() => expect(relay.performed).toHaveLength(1), soon);
});

const outbox = async (desk: Desk) => (await desk.call('outbox.list', {})).items;
const replyTo = async (desk: Desk, conversationId: string) =>
  (await desk.call('draft.get', { conversationId })).drafts.reply.text;

test.each(['before it went', 'after it had gone'])(
  'a draft of a conversation that is gone is held where it is seen, typed %s, until it is discarded',
  async (when) => {
    const { desk, relay } = await liveDesk();
    const type = () => desk.call('draft.put', { conversationId: 'c1', tab: 'reply', text: 'Dear you', baseRev: 0 });
    if (when === 'before it went') await type();
    relay.put({ entity: 'conversation', id: 'c1', document: null });
    await vi.waitFor(async () => expect((await desk.call('inbox.counts', {})).lanes.answer).toBe(0), soon);
    if (when === 'after it had gone') {
      await type();
      relay.cut();
    }
    const held = {
      conversationId: 'c1',
      kind: 'reply',
      text: 'Dear you',
      state: 'held',
      refusal: { code: 'not_found' },
    };
    await vi.waitFor(async () => expect(await outbox(desk)).toMatchObject([held]), soon);
    expect(await replyTo(desk, 'c1')).toBe('');
    const [{ clientMessageId } = { clientMessageId: '' }] = await outbox(desk);
    // Its words would be a draft that nobody sees.
    expect(await desk.call('outbox.withdraw', { clientMessageId, keep: true })).toEqual({ isWithdrawn: false });
    expect(await outbox(desk)).toMatchObject([held]);
    expect(await desk.call('outbox.withdraw', { clientMessageId, keep: false })).toEqual({ isWithdrawn: true });
    expect([await outbox(desk), await replyTo(desk, 'c1')]).toEqual([[], '']);
  },
);

test('drafts for people of another relay are held when this desk is connected to the next one', async () => {
  const { desk } = await liveDesk();
  await desk.call('draft.put', { conversationId: 'c1', tab: 'note', text: 'Call her', baseRev: 0 });
  const other = await standInRelay();
  Object.assign(other, { deviceId: 'device-2', token: 'token-2' });
  await desk.call('session.pair', { relayUrl: other.url, code: 'GOOD-CODE', name: 'x' });
  await vi.waitFor(
    async () => expect(await outbox(desk)).toMatchObject([{ kind: 'note', text: 'Call her', state: 'held' }]),
    soon,
  );
});

test('words go with their thread when it turns out to be another person\u2019s, and with that person when they are erased', async () => {
  const { relay, desk, dataDir } = await liveDesk();
  relay.put({ entity: 'conversation', id: 'c2', document: sampleConversation('c2') });
  relay.onCommand = () => ({ ok: false, refusal: refuse('window_closed') });
  await desk.call('reply.send', { conversationId: 'c1', clientMessageId: 'held', text: 'Vaucanson, held' });
  await vi.waitFor(async () => expect(await outbox(desk)).toMatchObject([{ state: 'held' }]), soon);
  for (const conversationId of ['c1', 'c2'])
    await desk.call('draft.put', { conversationId, tab: 'reply', text: `Vaucanson of ${conversationId}`, baseRev: 0 });
  relay.put(
    { entity: 'message', id: 'm1', document: sampleMessage('m1', 'c2', { rev: 2 }) },
    { entity: 'conversation', id: 'c1', document: null },
  );
  await vi.waitFor(async () => expect(await replyTo(desk, 'c2')).toBe('Vaucanson of c1\nVaucanson of c2'), soon);
  expect(await replyTo(desk, 'c1')).toBe('');
  expect(await outbox(desk)).toMatchObject([
    { clientMessageId: 'held', conversationId: 'c2', text: 'Vaucanson, held' },
  ]);
  relay.put({ entity: 'conversation', id: 'c2', document: sampleConversation('c2', { rev: 9, erasedAt: baseAt }) });
  await vi.waitFor(() => expect(filesWith(dataDir, 'vaucanson')).toEqual([]), soon);
});

test('a local.db of the first version keeps its drafts and what waits in its outbox', () => {
  const folder = tempFolder();
  const old = new Database(join(folder, 'local.db'));
  old.exec(readFileSync(new URL('./cache/recorded/v1-local.sql', import.meta.url), 'utf8'));
  const items = old.prepare('SELECT client_message_id FROM outbox ORDER BY position').pluck().all();
  const drafts = old.prepare<[], { id: string; text: string }>('SELECT conversation_id AS id, text FROM drafts').all();
  old.close();
  const store = tempStore(folder);
  expect(items).toHaveLength(7);
  expect(store.outbox.list().map(({ clientMessageId }) => clientMessageId)).toEqual(items);
  expect(store.outbox.list().map(({ seenMessageId }) => seenMessageId)).toEqual(items.map(() => null));
  expect(drafts).toHaveLength(2);
  for (const { id, text } of drafts) {
    expect(store.local.draft(id, 'reply')).toEqual({ text, rev: 1 });
    expect(store.local.draft(id, 'note')).toEqual({ text: '', rev: 0 });
  }
});
