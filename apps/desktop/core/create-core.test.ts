import { join } from 'node:path';
import { newId, refuse } from '@transom/shared';
import { expect, test, vi } from 'vitest';
import { testWindow } from './test/plain-core.ts';
import { baseAt, sampleAccount, sampleConversation, sampleMessage } from './test/samples.ts';
import { standInRelay } from './test/stand-in-relay.ts';
import { filesIn } from './test/temp-folder.ts';
import { testDesk } from './test/window.ts';

const soon = { timeout: 8_000, interval: 10 };

async function pairedDesk() {
  const relay = await standInRelay();
  relay.put(
    { entity: 'account', id: 'account-1', document: sampleAccount('account-1') },
    { entity: 'conversation', id: 'c1', document: sampleConversation('c1') },
    { entity: 'message', id: 'm1', document: sampleMessage('m1', 'c1') },
  );
  const desk = await testDesk();
  expect(await desk.call('session.pair', { relayUrl: relay.url, code: 'GOOD-CODE', name: 'Front desk' })).toEqual({
    ok: true,
  });
  await vi.waitFor(async () => expect((await desk.call('session.get', {})).connection.relay).toBe('live'), soon);
  return { relay, desk };
}

test('a new desk pairs, catches up and follows', async () => {
  const { relay, desk } = await pairedDesk();
  await vi.waitFor(
    async () => expect((await desk.call('session.get', {})).clock.serverNow).toBeGreaterThan(relay.now()),
    soon,
  );
  expect(await desk.call('session.get', {})).toMatchObject({
    paired: true,
    agency: { plan: 'plus' },
    person: { name: 'Sam' },
    accounts: [{ id: 'account-1' }],
    connection: { relay: 'live', reason: null, outboxCount: 0 },
    secrets: { place: 'memory' },
    trouble: null,
  });
  expect((await desk.call('inbox.list', { lane: 'answer', after: null, limit: 50 })).rows).toMatchObject([
    { id: 'c1', unread: true },
  ]);
  expect(await desk.call('inbox.counts', {})).toMatchObject({
    lanes: { closing: 0, answer: 1, missed: 0, waiting: 0, unreachable: 0, done: 0 },
  });
  expect(desk.outside.shown).toEqual([]);

  relay.put(
    {
      entity: 'conversation',
      id: 'c1',
      document: sampleConversation('c1', {
        rev: 4,
        lastMessage: { ...sampleConversation('c1').lastMessage!, id: 'm2' },
      }),
    },
    { entity: 'message', id: 'm2', document: sampleMessage('m2', 'c1', { sentAt: baseAt + 5, text: 'Hello?' }) },
    { entity: 'hologram' as 'message', id: 'h1', document: {} as never },
    { entity: 'message', id: 'odd', document: { id: 'odd' } as never },
  );
  await vi.waitFor(
    () => expect(desk.outside.shown).toMatchObject([{ id: 'c1', said: { kind: 'message', name: 'Dana c1' } }]),
    soon,
  );
  expect(desk.outside.badge).toBe(1);
  expect(desk.events).toContainEqual({
    name: 'changes',
    payload: {
      rows: { changed: [expect.objectContaining({ id: 'c1', rev: 4 })], gone: [] },
      messages: { changed: [expect.objectContaining({ id: 'm2' })], gone: [] },
    },
  });
  await desk.call('thread.seen', { conversationId: 'c1' });
  expect((await desk.call('thread.read', { conversationId: 'c1', before: null, limit: 10 })).row).toMatchObject({
    unread: false,
  });
  expect(desk.outside.closed).toContain('c1');
});

test('a reaction to our last message is unread until somebody looks, without an alert', async () => {
  const { relay, desk } = await pairedDesk();
  const outbound = { ...sampleConversation('c1').lastMessage!, direction: 'outbound' as const };
  const lastReaction = { messageId: 'm1', emoji: '👍', preview: 'Friday 2 PM?', at: baseAt + 5 };
  const about = { rev: 2, state: 'answered' as const, lastMessage: outbound, lastReaction };
  relay.put({ entity: 'conversation', id: 'c1', document: sampleConversation('c1', about) });
  const unread = async () =>
    (await desk.call('thread.read', { conversationId: 'c1', before: null, limit: 1 })).row?.unread;
  await vi.waitFor(
    () =>
      expect(desk.events.findLast(({ name }) => name === 'changes')).toMatchObject({
        payload: { rows: { changed: [{ id: 'c1', unread: true }] } },
      }),
    soon,
  );
  await desk.call('thread.seen', { conversationId: 'c1' });
  expect(await unread()).toBe(false);
  expect(desk.outside.shown).toEqual([]);
});

test('a wrong code is refused in the relay\u2019s words, and http is allowed to this computer only', async () => {
  const relay = await standInRelay();
  const desk = await testDesk();
  expect(await desk.call('session.pair', { relayUrl: relay.url, code: 'BAD', name: 'x' })).toMatchObject({
    refusal: { code: 'code_invalid' },
  });
  for (const relayUrl of [
    'http://relay.example.com',
    'http://127.0.0.1.example.com',
    'ftp://127.0.0.1',
    'https://a:b@relay.example.com',
    '',
  ]) {
    expect(await desk.call('session.pair', { relayUrl, code: 'GOOD-CODE', name: 'x' })).toMatchObject({
      refusal: { code: 'invalid_request' },
    });
  }
  expect((await desk.call('session.get', {})).connection.relay).toBe('unpaired');
});

test('a reply is shown at once, sent once, and becomes its message without a gap or a duplicate', async () => {
  const { relay, desk } = await pairedDesk();
  const clientMessageId = newId();
  await desk.call('draft.put', { conversationId: 'c1', tab: 'reply', text: 'It is 4,900.', baseRev: 0 });
  expect(await desk.call('reply.send', { conversationId: 'c1', clientMessageId, text: 'It is 4,900.' })).toEqual({
    ok: true,
  });
  for (let look = 0; look < 40; look += 1) {
    const thread = await desk.call('thread.read', { conversationId: 'c1', before: null, limit: 50 });
    const asMessage = thread.messages.filter((message) => message.clientMessageId === clientMessageId).length;
    const asItem = thread.outbox.filter((item) => item.clientMessageId === clientMessageId).length;
    expect(asMessage + asItem).toBe(1);
    if (asMessage === 1) break;
  }
  await vi.waitFor(async () => expect((await desk.call('outbox.list', {})).items).toEqual([]), soon);
  for (const text of ['And delivery?', 'Tuesday.', 'Or Friday.'])
    await desk.call('reply.send', { conversationId: 'c1', clientMessageId: newId(), text });
  await vi.waitFor(async () => expect((await desk.call('outbox.list', {})).items).toEqual([]), soon);
  expect(relay.commandsHeard).toBe(4);
  expect(relay.performed.slice(0, 1)).toMatchObject([
    { id: clientMessageId, command: { kind: 'reply.send', text: 'It is 4,900.' } },
  ]);
  expect((await desk.call('draft.get', { conversationId: 'c1' })).drafts.reply.text).toBe('');
});

test('an accepted reply stays visible until its message arrives on the feed', async () => {
  const { relay, desk } = await pairedDesk();
  relay.onCommand = () => ({ ok: true, messageId: 'm5', state: 'queued' });
  const clientMessageId = newId();
  await desk.call('reply.send', { conversationId: 'c1', clientMessageId, text: 'Tuesday.' });
  expect(await desk.call('handoff.claim', { conversationId: 'c1' })).toEqual({ ok: true });
  expect((await desk.call('outbox.list', {})).items).toMatchObject([{ clientMessageId, state: 'sending' }]);
  relay.put({
    entity: 'message',
    id: 'm5',
    document: sampleMessage('m5', 'c1', { clientMessageId, text: 'Tuesday.' }),
  });
  await vi.waitFor(async () => expect((await desk.call('outbox.list', {})).items).toEqual([]), soon);
  expect((await desk.call('thread.read', { conversationId: 'c1', before: null, limit: 9 })).messages).toContainEqual(
    expect.objectContaining({ id: 'm5' }),
  );
});

test('a reply that the relay refuses is held with its reason, and a retry is a new message', async () => {
  const { relay, desk } = await pairedDesk();
  relay.onCommand = () => ({ ok: false, refusal: refuse('claimed_by_other.by', { name: 'Kim' }) });
  await desk.call('reply.send', { conversationId: 'c1', clientMessageId: newId(), text: 'Hi' });
  await vi.waitFor(
    async () =>
      expect((await desk.call('outbox.list', {})).items).toMatchObject([
        { state: 'held', refusal: { code: 'claimed_by_other' } },
      ]),
    soon,
  );
  relay.onCommand = () => 'answer';
  const { items } = await desk.call('outbox.list', {});
  await desk.call('outbox.retry', { clientMessageId: items[0]!.clientMessageId });
  await vi.waitFor(() => expect(relay.performed).toHaveLength(1), soon);
  await vi.waitFor(async () => expect((await desk.call('outbox.list', {})).items).toEqual([]), soon);
});

test('claims happen now or not at all', async () => {
  const { relay, desk } = await pairedDesk();
  expect(await desk.call('handoff.claim', { conversationId: 'c1' })).toEqual({ ok: true });
  relay.refuseConnect = 'unauthorized';
  relay.cut();
  await vi.waitFor(async () => expect((await desk.call('session.get', {})).connection.relay).toBe('refused'), soon);
  expect(await desk.call('handoff.claim', { conversationId: 'c1' })).toMatchObject({
    ok: false,
    refusal: { reason: 'not_stored.no_connection' },
  });
  expect((await desk.call('session.get', {})).connection.reason).toEqual({ code: 'device_unknown' });
  relay.refuseConnect = null;
  desk.core.wake();
  await vi.waitFor(async () => expect((await desk.call('session.get', {})).connection.relay).toBe('live'), soon);
});

test('a revoked device forgets its token and its cache and keeps the words that were not sent', async () => {
  const { relay, desk } = await pairedDesk();
  relay.onCommand = () => ({ ok: false, refusal: refuse('not_stored') });
  const clientMessageId = newId();
  await desk.call('reply.send', { conversationId: 'c1', clientMessageId, text: 'Keep me' });
  relay.wipe();
  await vi.waitFor(async () => expect((await desk.call('session.get', {})).connection.relay).toBe('unpaired'), soon);
  await vi.waitFor(async () => expect(await desk.secrets.get('device-token')).toBeNull(), soon);
  expect(await desk.call('session.get', {})).toMatchObject({ paired: false, person: null, accounts: [] });
  expect((await desk.call('search.find', { text: 'barrel', limit: 5 })).hits).toEqual([]);
  expect((await desk.call('outbox.list', {})).items).toMatchObject([
    { clientMessageId, text: 'Keep me', state: 'held' },
  ]);
  expect(await desk.call('outbox.withdraw', { clientMessageId, keep: true })).toEqual({ isWithdrawn: true });
  expect((await desk.call('draft.get', { conversationId: 'c1' })).drafts.reply.text).toBe('Keep me');
});

test('only methods of the contract exist, inputs are checked, and a closed window hears nothing', async () => {
  const { relay, desk } = await pairedDesk();
  for (const name of ['toString', '__proto__', 'constructor', 'session.steal']) {
    await expect(desk.callAnything(name, {})).rejects.toThrow('not found');
  }
  await expect(desk.callAnything('inbox.list', { lane: 'answer', after: null, limit: 1e9 })).rejects.toMatchObject({
    code: 'invalid_request',
  });
  for (const text of ['', 'null', '{}', '{"t":"q","m":"session.get","a":7}', '{"t":"q","m":5,"a":[]}']) desk.post(text);
  await vi.waitFor(async () => expect((await desk.call('session.get', {})).clock.serverNow).not.toBeNull(), soon);
  const other = testWindow(desk.core);
  expect((await other.call('session.get', {})).paired).toBe(true);
  other.close();
  const heard = other.events.length;
  relay.put({ entity: 'message', id: 'm9', document: sampleMessage('m9', 'c1', { sentAt: baseAt + 9 }) });
  await vi.waitFor(
    () =>
      expect(desk.events).toContainEqual({
        name: 'changes',
        payload: {
          rows: { changed: [], gone: [] },
          messages: { changed: [expect.objectContaining({ id: 'm9' })], gone: [] },
        },
      }),
    soon,
  );
  expect(other.events).toHaveLength(heard);
  desk.core.openConversation('c1');
  await vi.waitFor(() => expect(desk.events).toContainEqual({ name: 'open', payload: { conversationId: 'c1' } }), soon);
});

test('an id that the relay would not accept is refused by the core, and nothing is stored', async () => {
  const { desk } = await pairedDesk();
  const long = 'x'.repeat(101);
  const reply = { conversationId: 'c1', clientMessageId: 'a', text: 'Hi' };
  const calls: [string, Record<string, unknown>, string][] = [
    ['reply.send', { ...reply, seenMessageId: 'm1' }, 'seenMessageId'],
    ['reply.send', reply, 'clientMessageId'],
    ['comment.private_reply', { ...reply, commentId: 'm1', seenMessageId: 'm1' }, 'seenMessageId'],
    ['comment.private_reply', { ...reply, commentId: 'm1' }, 'commentId'],
    ['note.add', reply, 'clientMessageId'],
    ['outbox.retry', { clientMessageId: 'a', seenMessageId: 'm1' }, 'seenMessageId'],
    ['outbox.retry', { clientMessageId: 'a' }, 'clientMessageId'],
    ['outbox.withdraw', { clientMessageId: 'a', keep: true }, 'clientMessageId'],
    ['reply.withdraw', { messageId: 'm1', keep: true }, 'messageId'],
    ['message.confirm', { messageId: 'm1', arrived: true }, 'messageId'],
    ['account.human_agent', { accountId: 'account-1', approved: true }, 'accountId'],
  ];
  for (const [name, input, part] of calls)
    for (const id of ['', long])
      await expect(desk.callAnything(name, { ...input, [part]: id }), `${name} ${part}`).rejects.toMatchObject({
        code: 'invalid_request',
      });
  await expect(desk.call('reply.send', { ...reply, clientMessageId: 'a b' })).rejects.toMatchObject({
    code: 'invalid_request',
  });
  expect((await desk.call('outbox.list', {})).items).toEqual([]);
});

test('looking at a thread marks the row that the desk has as seen, whatever the window knows of it, and is announced once', async () => {
  const { relay, desk } = await pairedDesk();
  const seen = () => desk.call('thread.seen', { conversationId: 'c1' });
  await seen();
  relay.put(
    { entity: 'message', id: 'm2', document: sampleMessage('m2', 'c1', { sentAt: baseAt + 5 }) },
    { entity: 'conversation', id: 'c1', document: sampleConversation('c1', { rev: 2, lastMessageAt: baseAt + 5 }) },
  );
  const changes = () => desk.events.filter(({ name }) => name === 'changes');
  const isTold = (unread: boolean) => () =>
    expect(changes().at(-1)).toMatchObject({ payload: { rows: { changed: [{ rev: 2, unread }] } } });
  await vi.waitFor(isTold(true), soon);
  await seen();
  await vi.waitFor(isTold(false), soon);
  const told = changes().length;
  await seen();
  await desk.call('session.get', {});
  expect(changes()).toHaveLength(told);
});

test('news in a conversation that somebody is looking at is reported as read; in another one it is not', async () => {
  const { relay, desk } = await pairedDesk();
  const isUnread = () =>
    desk.events.flatMap(({ name, payload }) =>
      name === 'changes' ? payload.rows.changed.map(({ id, rev, unread }) => [id, rev, unread]) : [],
    );
  await desk.call('window.shows', { conversationId: 'c1', isActive: true });
  const news = { rev: 2, lastMessageAt: baseAt + 5 };
  relay.put(
    { entity: 'conversation', id: 'c1', document: sampleConversation('c1', news) },
    { entity: 'conversation', id: 'c2', document: sampleConversation('c2', news) },
  );
  await vi.waitFor(
    () =>
      expect(isUnread()).toEqual([
        ['c1', 2, false],
        ['c2', 2, true],
      ]),
    soon,
  );
});

test('an internal error is logged with its method and answered with a code, without the arguments', async () => {
  const { desk } = await pairedDesk();
  const { default: Database } = await import('better-sqlite3');
  const other = new Database(join(filesIn(desk.dataDir), 'local.db'));
  other.exec('BEGIN IMMEDIATE');
  const failing = desk.call('draft.put', { conversationId: 'c1', tab: 'reply', text: 'secret words', baseRev: 0 });
  await expect(failing).rejects.toMatchObject({ code: 'internal' });
  other.close();
  expect(desk.outside.log.at(-1)).toEqual({
    level: 'error',
    message: 'a call from a window failed',
    facts: { method: 'draft.put', error: 'SqliteError SQLITE_BUSY' },
  });
});

test('thread.read asks the relay where the cache ends and keeps the answer', async () => {
  const { relay, desk } = await pairedDesk();
  relay.history = Array.from({ length: 450 }, (_, index) =>
    sampleMessage(`old-${String(index).padStart(3, '0')}`, 'c1', { sentAt: baseAt - 1_000 + index }),
  );
  const seen: string[] = [];
  let before: { sentAt: number; id: string } | null = null;
  for (;;) {
    const page: Awaited<ReturnType<typeof desk.call<'thread.read'>>> = await desk.call('thread.read', {
      conversationId: 'c1',
      before,
      limit: 60,
    });
    seen.unshift(...page.messages.map(({ id }) => id));
    if (!page.hasMore) break;
    before = { sentAt: page.messages[0]!.sentAt, id: page.messages[0]!.id };
  }
  expect(seen).toEqual([...relay.history.map(({ id }) => id), 'm1']);
  const asked = relay.historyRequests;
  expect((await desk.call('thread.read', { conversationId: 'c1', before: null, limit: 500 })).messages).toHaveLength(
    451,
  );
  expect(relay.historyRequests).toBe(asked);
});

test('a conversation that is still being fetched is told apart from one that is gone, and a reset says when it is back', async () => {
  const { relay, desk } = await pairedDesk();
  const read = (conversationId: string) => desk.call('thread.read', { conversationId, before: null, limit: 10 });
  expect(await read('gone')).toMatchObject({ row: null, isComplete: true });
  // The first page of a snapshot: what was here is cleared, and c1 comes later.
  relay.onPage = (page) => ({ ...page, toSeq: null, caughtUp: false, changes: [] });
  relay.epoch = 'epoch-2';
  relay.cut();
  await vi.waitFor(async () => expect((await read('c1')).row).toBeNull(), soon);
  expect(await read('c1')).toMatchObject({ row: null, isComplete: false });
  const resets = () => desk.events.filter(({ name }) => name === 'reset').length;
  const before = resets();
  relay.onPage = (page) => page;
  relay.cut();
  await vi.waitFor(() => expect(resets()).toBeGreaterThan(before), soon);
  await vi.waitFor(async () => expect(await read('c1')).toMatchObject({ row: { id: 'c1' }, isComplete: true }), soon);
});
