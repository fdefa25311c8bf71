import type { Message } from '@transom/shared';
import { expect, it, vi } from 'vitest';
import { testMessage, testNow, testRow } from '../display/test-rows.ts';
import { createTestCore } from './test-core.ts';
import { createThreadStore } from './thread.ts';
import { threadPage } from './thread-pages.ts';

/** Holds back the second page of thread d until the test goes on, if the test waits for that page at all. */
function heldAtSecondPage() {
  let isHeld = false;
  const arrived = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  return {
    reached: async () => {
      arrived.resolve();
      if (isHeld) await released.promise;
    },
    atSecond: () => {
      isHeld = true;
      return arrived.promise;
    },
    goOn: () => released.resolve(),
  };
}

async function threadOf(count: number) {
  const messages: Message[] = Array.from({ length: count }, (_, index) =>
    testMessage(`m${String(index).padStart(4, '0')}`, testNow + index, { nativeMessageId: `mid${index}` }),
  );
  const seen: string[] = [];
  const pages = heldAtSecondPage();
  const core = createTestCore({
    'thread.read': async ({ conversationId, before, limit }) => {
      if (before !== null && conversationId === 'd') await pages.reached();
      const older = messages.filter((message) => before === null || message.sentAt < before.sentAt);
      return {
        row: testRow(conversationId, { unread: true }),
        isComplete: true,
        messages: older.slice(-limit),
        outbox: [],
        hasMore: older.length > limit,
        olderUnreachable: false,
      };
    },
    'thread.seen': async ({ conversationId }) => {
      seen.push(conversationId);
      return { ok: true };
    },
  });
  const thread = createThreadStore(core.client);
  await thread.getState().open('c');
  return { core, thread, seen, pages, ids: () => thread.getState().messages.map(({ id }) => id) };
}

it('opens at the newest page and reads older ones without a gap', async () => {
  const { thread, ids, seen } = await threadOf(150);
  expect([ids().length, ids().at(-1), thread.getState().hasMore]).toEqual([threadPage, 'm0149', true]);
  expect(seen).toEqual([]);
  thread.getState().seen();
  await vi.waitFor(() => expect(seen).toEqual(['c']));
  await thread.getState().readOlder();
  await thread.getState().readOlder();
  expect([ids().length, ids()[0], thread.getState().hasMore]).toEqual([150, 'm0000', false]);
});

it('opens at an old message', async () => {
  const { thread, ids } = await threadOf(400);
  await thread.getState().open('c', { messageId: 'm0100', sentAt: testNow + 100 });
  expect(ids()).toContain('m0100');
  expect(thread.getState().focusId).toBe('m0100');
});

it('shows nothing of a thread before the message that was searched for is loaded', async () => {
  const { thread } = await threadOf(900);
  const lengths: number[] = [];
  thread.subscribe(({ messages, phase }) => void (phase === 'ready' && lengths.push(messages.length)));
  await thread.getState().open('d', { messageId: 'm0100', sentAt: testNow + 100 });
  expect(lengths.every((length) => length >= 800)).toBe(true);
  expect(thread.getState().focusId).toBe('m0100');
});

it('shows a quoted message again and again, even one that is not loaded yet', async () => {
  const { thread, ids } = await threadOf(500);
  expect(await thread.getState().showQuoted('mid499')).toBe(true);
  expect(await thread.getState().showQuoted('mid499')).toBe(true);
  expect([thread.getState().focusId, thread.getState().focusCount]).toEqual(['m0499', 2]);
  expect(await thread.getState().showQuoted('mid50')).toBe(true);
  expect([thread.getState().focusId, ids()[0]! <= 'm0050', ids().at(-1)]).toEqual(['m0050', true, 'm0499']);
  expect(await thread.getState().showQuoted('elsewhere')).toBe(false);
  expect(thread.getState().focusId).toBe('m0050');
});

it('looks for a quoted message only so far back', async () => {
  const { thread, ids } = await threadOf(4_000);
  expect(await thread.getState().showQuoted('mid3')).toBe(false);
  expect(ids().length).toBeLessThan(2_500);
});

it('reloads as much as it showed', async () => {
  const { thread, ids } = await threadOf(300);
  await thread.getState().readOlder();
  await thread.getState().reload();
  expect(ids().length).toBe(2 * threadPage);
});

it('stays where the person reads, however far back, when it is reloaded', async () => {
  const { thread, ids } = await threadOf(1_600);
  await thread.getState().open('c', { messageId: 'm0100', sentAt: testNow + 100 });
  const oldest = ids()[0]!;
  thread.getState().applyMessages({ changed: [testMessage('new', testNow + 9_999)], gone: [] });
  const shown: string[] = [];
  thread.subscribe(({ messages }) => void shown.push(messages[0]?.id ?? ''));
  await thread.getState().reload();
  expect([shown.length > 0, shown.every((id) => id <= oldest), ids().at(-1)]).toEqual([true, true, 'm1599']);
});

it('reads what was out of reach when it is asked again, even if nothing was here at all', async () => {
  const all = [1, 2, 3].map((number) => testMessage(`m${number}`, testNow + number));
  let here: Message[] = [];
  let isReachable = false;
  const core = createTestCore({
    'thread.read': async ({ conversationId, before }) => {
      const known = isReachable ? all : here;
      const older = known.filter(({ sentAt }) => before === null || sentAt < before.sentAt);
      const outOfReach = !isReachable;
      return {
        row: testRow(conversationId),
        isComplete: true,
        messages: older,
        outbox: [],
        hasMore: false,
        olderUnreachable: outOfReach,
      };
    },
  });
  for (here of [[], all.slice(2)]) {
    isReachable = false;
    const thread = createThreadStore(core.client).getState;
    await thread().open('c');
    await thread().readOlder();
    expect([thread().messages.length, thread().olderUnreachable]).toEqual([here.length, true]);
    isReachable = true;
    await thread().readOlder();
    expect([thread().messages.length, thread().hasMore, thread().olderUnreachable]).toEqual([3, false, false]);
  }
});

it('calls nothing out of reach while there is more on this computer', async () => {
  const core = createTestCore({
    'thread.read': async ({ conversationId }) => ({
      row: testRow(conversationId),
      isComplete: true,
      messages: [testMessage('m', testNow)],
      outbox: [],
      hasMore: true,
      olderUnreachable: true,
    }),
  });
  const thread = createThreadStore(core.client).getState;
  await thread().open('c');
  expect([thread().hasMore, thread().olderUnreachable]).toEqual([true, false]);
});

it('looks for a quoted message after what is being read, and calls it out of reach only after looking', async () => {
  const { thread } = await threadOf(500);
  const reading = thread.getState().readOlder();
  expect(await thread.getState().showQuoted('mid300')).toBe(true);
  await reading;
  const looking = thread.getState().showQuoted('mid50');
  await thread.getState().open('d');
  expect(await looking).toBeNull();
});

it('reads back as far as a search hit, and says when it is not there', async () => {
  const { thread, ids } = await threadOf(3_000);
  expect(await thread.getState().open('c', { messageId: 'm0100', sentAt: testNow + 100 })).toBe(true);
  expect([ids().includes('m0100'), thread.getState().focusId]).toEqual([true, 'm0100']);
  expect(await thread.getState().open('d', { messageId: 'lost', sentAt: testNow + 2_900 })).toBe(false);
  expect([thread.getState().phase, thread.getState().focusId]).toEqual(['ready', null]);
});

it('treats what is announced while pages are read as newer than they are', async () => {
  const { thread, ids, pages } = await threadOf(900);
  const reading = thread.getState().open('d', { messageId: 'm0100', sentAt: testNow + 100 });
  await pages.atSecond();
  const item = { clientMessageId: 'o', conversationId: 'd', kind: 'reply', text: 'Tuesday', state: 'queued' } as const;
  thread.getState().applyRows({ changed: [testRow('d', { rev: 7, unread: false })], gone: [] });
  expect(thread.getState().row).toBeNull();
  thread.getState().applyOutbox([{ ...item, createdAt: testNow, refusal: null }]);
  thread.getState().applyMessages({ changed: [], gone: ['m0500'] });
  pages.goOn();
  await reading;
  const { row, outbox } = thread.getState();
  expect([row?.rev, outbox.length, ids().includes('m0500'), ids().includes('m0501')]).toEqual([7, 1, false, true]);
});

it('adds new and changed messages, but not those that would leave a gap', async () => {
  const { thread, ids } = await threadOf(150);
  const apply = (message: Message) => thread.getState().applyMessages({ changed: [message], gone: [] });
  apply(testMessage('new', testNow + 999));
  apply(testMessage('ancient', testNow + 3));
  apply(testMessage('elsewhere', testNow + 999, { conversationId: 'other' }));
  expect([ids().at(-1), ids().includes('ancient'), ids().includes('elsewhere')]).toEqual(['new', false, false]);
  const before = thread.getState().messages;
  apply(testMessage('new', testNow + 999));
  expect(thread.getState().messages).toBe(before);
  apply(testMessage('new', testNow + 999, { rev: 3, text: null, unsentAt: testNow }));
  apply(testMessage('new', testNow + 999, { rev: 2, text: 'late news' }));
  expect(thread.getState().messages.at(-1)?.text).toBeNull();
});

it('does not show one conversation’s answer in another', async () => {
  const late = Promise.withResolvers<void>();
  const core = createTestCore({
    'thread.read': async ({ conversationId }) => {
      if (conversationId === 'a') await late.promise;
      return {
        row: testRow(conversationId),
        isComplete: true,
        messages: [],
        outbox: [],
        hasMore: false,
        olderUnreachable: false,
      };
    },
  });
  const thread = createThreadStore(core.client);
  const first = thread.getState().open('a');
  await thread.getState().open('b');
  late.resolve();
  await first;
  expect([thread.getState().conversationId, thread.getState().row?.id]).toEqual(['b', 'b']);
});

it('says that it failed when the core is gone, and keeps what it shows', async () => {
  const { core, thread, ids } = await threadOf(150);
  core.cut();
  await thread.getState().readOlder();
  expect([thread.getState().olderUnreachable, ids().length]).toEqual([true, threadPage]);
  await thread.getState().open('other');
  expect(thread.getState().phase).toBe('failed');
});

it('keeps what is shown while the cache is refilled, and calls nothing gone that is only not here yet', async () => {
  let cache: 'full' | 'being filled' | 'without it' = 'full';
  const core = createTestCore({
    'thread.read': async ({ conversationId }) => ({
      row: cache === 'full' ? testRow(conversationId) : null,
      isComplete: cache !== 'being filled',
      messages: cache === 'full' ? [testMessage('m', testNow)] : [],
      outbox: [],
      hasMore: false,
      olderUnreachable: false,
    }),
  });
  const thread = createThreadStore(core.client).getState;
  await thread().open('c');
  cache = 'being filled';
  await thread().reload();
  expect([thread().row?.id, thread().messages.length]).toEqual(['c', 1]);
  await thread().open('d');
  expect(thread().phase).toBe('loading');
  cache = 'without it';
  await thread().reload();
  expect([thread().phase, thread().row]).toEqual(['ready', null]);
});
