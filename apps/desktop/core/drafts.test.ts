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
import { filesIn, filesWith, tempFolder, tempStore } from './test/temp-folder.ts';

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
  // Typed before the window heard of that: nothing is stored, and the window learns what is there.
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
  const store = tempStore(filesIn(dataDir));
  for (const tab of ['reply', 'private_reply', 'note'] as const)
    expect(store.local.draft('c1', tab)).toEqual({ text: `half a ${tab}`, rev: 1 });
});

test('sending empties its draft, and only that one; words that another window typed meanwhile stay', async () => {
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

test('all drafts to a person who was erased are gone, and every window is told', async () => {
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
  await vi.waitFor(
    () => expect(readFileSync(join(filesIn(dataDir), 'local.db')).includes('Vaucanson')).toBe(false),
    soon,
  );
});

test('two windows that send one draft send one message', async () => {
  const { relay, desk } = await liveDesk();
  const { current } = await desk.call('draft.put', { conversationId: 'c1', tab: 'reply', text: 'hello', baseRev: 0 });
  const send = (clientMessageId: string) =>
    desk.call('reply.send', { conversationId: 'c1', clientMessageId, text: 'hello', draftRev: current.rev });
  expect(await send('of-the-first-window')).toEqual({ ok: true });
  expect(await send('of-the-second-window')).toMatchObject({ ok: false, refusal: { code: 'id_reused' } });
  // Other words are in the field by now: what was sent stays sent.
  await desk.call('draft.put', { conversationId: 'c1', tab: 'reply', text: 'And delivery', baseRev: 2 });
  expect(await send('of-a-third-window')).toMatchObject({
    ok: false,
    refusal: { reason: 'id_reused.sent_elsewhere' },
  });
  await vi.waitFor(() => expect(relay.performed).toHaveLength(1), soon);
});

test('a call repeated because its answer was lost gets the same answer, even if it is a message by now', async () => {
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

test('a draft that another window deleted was not sent, so it may still be sent', async () => {
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
  'a draft of a conversation that is gone, typed %s, is held in the outbox until it is discarded',
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

test('words move with their thread when it turns out to be another person\u2019s, and are erased with that person', async () => {
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

const gone = async (desk: Desk, left: number) =>
  vi.waitFor(async () => expect((await desk.call('inbox.counts', {})).lanes.answer).toBe(left), soon);

test('keys typed as a conversation disappears are held with the words before them, as one text', async () => {
  const { relay, desk } = await liveDesk();
  const type = (text: string, baseRev: number) =>
    desk.call('draft.put', { conversationId: 'c1', tab: 'reply', text, baseRev });
  await type('Hello', 0);
  relay.put({ entity: 'conversation', id: 'c1', document: null });
  await gone(desk, 0);
  await vi.waitFor(async () => expect(await outbox(desk)).toMatchObject([{ text: 'Hello' }]), soon);
  expect(await type('Hello, on Tuesday', 1)).toMatchObject({ isStored: true });
  expect(await type('Hello, on', 1)).toMatchObject({ isStored: true });
  expect(await outbox(desk)).toMatchObject([
    { text: 'Hello, on Tuesday', state: 'held', refusal: { code: 'not_found' } },
  ]);
  expect(await replyTo(desk, 'c1')).toBe('');
  await type('Another thing', 1);
  expect((await outbox(desk)).map(({ text }) => text)).toEqual(['Hello, on Tuesday', 'Another thing']);
});

test('held words are sent as what they are: a private reply without its comment stays, and a reply says that it is unknown what was seen', async () => {
  const { relay, desk } = await liveDesk();
  for (const tab of ['private_reply', 'reply'] as const)
    await desk.call('draft.put', { conversationId: 'c1', tab, text: `a ${tab}`, baseRev: 0 });
  relay.put({ entity: 'conversation', id: 'c1', document: null });
  await vi.waitFor(async () => expect(await outbox(desk)).toHaveLength(2), soon);
  relay.put({ entity: 'conversation', id: 'c1', document: sampleConversation('c1') });
  await gone(desk, 1);
  const items = await outbox(desk);
  const reply = items.find(({ kind }) => kind === 'reply')!;
  for (const { clientMessageId } of [...items.filter((item) => item !== reply), reply])
    await desk.call('outbox.retry', { clientMessageId });
  await vi.waitFor(() => expect(relay.performed).toHaveLength(1), soon);
  // The relay does not know this id, so it reports every answer since the contact last wrote.
  const seenMessageId = reply.clientMessageId;
  expect(relay.performed[0]?.command).toEqual({
    kind: 'reply.send',
    conversationId: 'c1',
    text: 'a reply',
    seenMessageId,
  });
  await vi.waitFor(
    async () =>
      expect(await outbox(desk)).toMatchObject([
        {
          kind: 'private_reply',
          text: 'a private_reply',
          state: 'held',
          refusal: { reason: 'not_found.comment_unknown' },
        },
      ]),
    soon,
  );
});

test('a merge that arrives in several pages moves the words, and keys that a window still had follow them', async () => {
  const { relay, desk } = await liveDesk();
  relay.put({ entity: 'conversation', id: 'c2', document: sampleConversation('c2') });
  await gone(desk, 2);
  for (const conversationId of ['c1', 'c2'])
    await desk.call('draft.put', { conversationId, tab: 'reply', text: `typed in ${conversationId}`, baseRev: 0 });
  relay.pageSize = 1;
  relay.put(
    { entity: 'conversation', id: 'c1', document: null, mergedInto: 'c2' },
    { entity: 'message', id: 'm1', document: sampleMessage('m1', 'c2', { rev: 2 }) },
  );
  await vi.waitFor(async () => expect(await replyTo(desk, 'c2')).toBe('typed in c1\ntyped in c2'), soon);
  await gone(desk, 1);
  for (const text of ['typed in c1, and', 'typed in c1, and more'])
    await desk.call('draft.put', { conversationId: 'c1', tab: 'reply', text, baseRev: 1 });
  expect(await replyTo(desk, 'c2')).toBe('typed in c1, and more\ntyped in c2');
  await desk.call('draft.put', { conversationId: 'c1', tab: 'reply', text: 'typed in c1, or more', baseRev: 1 });
  expect(await replyTo(desk, 'c2')).toBe('typed in c1, or more\ntyped in c2');
  expect([await outbox(desk), await replyTo(desk, 'c1')]).toEqual([[], '']);
});

test.each([
  ['a page for each change', 1],
  ['one page', 500],
])('a thread merged into one that was itself merged is followed to the end, told in %s', async (_how, pageSize) => {
  const { relay, desk } = await liveDesk();
  relay.put({ entity: 'conversation', id: 'c2', document: sampleConversation('c2') });
  await gone(desk, 2);
  await desk.call('draft.put', { conversationId: 'c1', tab: 'reply', text: 'typed', baseRev: 0 });
  relay.pageSize = pageSize;
  relay.put(
    // The relay removes the words of older changes, so both are gone before the feed says where the first went.
    { entity: 'conversation', id: 'c3', document: null, mergedInto: 'c2' },
    { entity: 'conversation', id: 'c1', document: null },
    { entity: 'conversation', id: 'c1', document: null, mergedInto: 'c3' },
    { entity: 'conversation', id: 'c3', document: null, mergedInto: 'c2' },
  );
  await vi.waitFor(async () => expect(await replyTo(desk, 'c2')).toBe('typed'), soon);
  expect(await outbox(desk)).toEqual([]);
});

test('what waited in a merged thread moves to the other one; what the relay may have received is repeated unchanged until it is refused', async () => {
  const { relay, desk, dataDir } = await liveDesk();
  relay.put({ entity: 'conversation', id: 'c2', document: sampleConversation('c2') });
  await gone(desk, 2);
  const heard: unknown[] = [];
  relay.onCommand = (command) => (heard.push(command), { ok: false, refusal: refuse('not_stored') });
  await desk.call('note.add', { conversationId: 'c1', clientMessageId: 'tried', text: 'Vaucanson calls back' });
  await vi.waitFor(() => expect(heard).toHaveLength(1), soon);
  await desk.call('reply.send', { conversationId: 'c1', clientMessageId: 'waiting', text: 'On Tuesday.' });
  relay.onCommand = (command) => {
    heard.push(command);
    return 'conversationId' in command && command.conversationId === 'c1'
      ? { ok: false, refusal: refuse('not_found') }
      : 'answer';
  };
  relay.put({ entity: 'conversation', id: 'c1', document: null, mergedInto: 'c2' });
  await vi.waitFor(() => expect(heard.length).toBeGreaterThanOrEqual(3), soon);
  expect(heard[1]).toEqual(heard[0]);
  await vi.waitFor(
    () => expect(relay.performed).toMatchObject([{ id: 'waiting', command: { conversationId: 'c2' } }]),
    soon,
  );
  await vi.waitFor(
    async () =>
      expect(await outbox(desk)).toMatchObject([{ clientMessageId: 'tried', conversationId: 'c2', state: 'held' }]),
    soon,
  );
  relay.put({ entity: 'conversation', id: 'c2', document: sampleConversation('c2', { rev: 9, erasedAt: baseAt }) });
  await vi.waitFor(() => expect(filesWith(dataDir, 'vaucanson')).toEqual([]), soon);
  expect(await outbox(desk)).toEqual([]);
});

test('what waited in a merged thread is sent after what waits in the other one', async () => {
  const { relay, desk } = await liveDesk();
  relay.put({ entity: 'conversation', id: 'c2', document: sampleConversation('c2') });
  await gone(desk, 2);
  const heard: string[] = [];
  relay.onCommand = (command) => {
    heard.push('text' in command ? command.text : '');
    return { ok: false, refusal: refuse('not_stored') };
  };
  for (const [conversationId, text] of [
    ['c2', 'first'],
    ['c1', 'second'],
    ['c1', 'third'],
  ] as const)
    await desk.call('note.add', { conversationId, clientMessageId: text, text });
  await vi.waitFor(() => expect(heard).toEqual(expect.arrayContaining(['first', 'second'])), soon);
  relay.put({ entity: 'conversation', id: 'c1', document: null, mergedInto: 'c2' });
  await gone(desk, 1);
  heard.length = 0;
  // Its first try fails temporarily: the others wait for it.
  relay.onCommand = (command) => {
    heard.push('text' in command ? command.text : '');
    return heard.length === 1 ? { ok: false, refusal: refuse('not_stored') } : 'answer';
  };
  await vi.waitFor(() => expect(heard).toEqual(['first', 'first', 'second', 'third']), soon);
});

test('what waits in a merged thread is erased with the person', async () => {
  const { relay, desk, dataDir } = await liveDesk();
  relay.put({ entity: 'conversation', id: 'c2', document: sampleConversation('c2') });
  await gone(desk, 2);
  relay.onCommand = () => ({ ok: false, refusal: refuse('not_stored') });
  for (const clientMessageId of ['tried', 'waiting'])
    await desk.call('note.add', { conversationId: 'c1', clientMessageId, text: `Vaucanson ${clientMessageId}` });
  await vi.waitFor(() => expect(relay.commandsHeard).toBe(1), soon);
  relay.put(
    { entity: 'conversation', id: 'c1', document: null, mergedInto: 'c2' },
    { entity: 'conversation', id: 'c2', document: sampleConversation('c2', { rev: 9, erasedAt: baseAt }) },
  );
  await vi.waitFor(() => expect(filesWith(dataDir, 'vaucanson')).toEqual([]), soon);
  expect(await outbox(desk)).toEqual([]);
});

test('a local.db of the first version keeps its drafts and what waits in its outbox', () => {
  const folder = tempFolder();
  const old = new Database(join(folder, 'local.db'));
  old.exec(readFileSync(new URL('./cache/recorded/v1-local.sql', import.meta.url), 'utf8'));
  const items = old.prepare('SELECT client_message_id FROM outbox ORDER BY position').pluck().all();
  const told = old
    .prepare<[], { id: string; kind: string; text: string }>(
      'SELECT conversation_id AS id, kind, text FROM outbox ORDER BY position',
    )
    .all()
    .map(({ id, kind, text }) => ({ kind: kind === 'note' ? 'note.add' : 'reply.send', conversationId: id, text }));
  const drafts = old.prepare<[], { id: string; text: string }>('SELECT conversation_id AS id, text FROM drafts').all();
  old.close();
  const store = tempStore(folder);
  expect(items).toHaveLength(7);
  expect(store.outbox.list().map(({ commandId }) => commandId)).toEqual(items);
  expect(store.outbox.list().map(({ command }) => command)).toEqual(told);
  expect(drafts).toHaveLength(2);
  for (const { id, text } of drafts) {
    expect(store.local.draft(id, 'reply')).toEqual({ text, rev: 1 });
    expect(store.local.draft(id, 'note')).toEqual({ text: '', rev: 0 });
  }
});
