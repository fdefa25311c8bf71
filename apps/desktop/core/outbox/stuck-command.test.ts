import { type Command, type CommandAnswer, dayMs, minuteMs, newId, refuse } from '@transom/shared';
import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import { cutOff } from '../settle-device.ts';
import { liveDesk, soon } from '../test/live-desk.ts';
import { tempStore } from '../test/temp-folder.ts';
import { createOutbox } from './outbox.ts';

afterEach(() => void vi.useRealTimers());

test('a message that makes the relay fail is held with the reason, and the next one passes', async () => {
  const { relay, desk } = await liveDesk();
  relay.onCommand = (command) =>
    'text' in command && command.text === 'poison'
      ? { ok: false, refusal: refuse('internal_error.reference', { reference: '7f3a' }) }
      : 'answer';
  for (const text of ['poison', 'fine'])
    await desk.call('reply.send', { conversationId: 'c1', clientMessageId: newId(), text });
  await vi.waitFor(() => expect(relay.performed.map(({ command }) => command)).toMatchObject([{ text: 'fine' }]), soon);
  await vi.waitFor(
    async () =>
      expect((await desk.call('outbox.list', {})).items).toMatchObject([
        { text: 'poison', state: 'held', refusal: { code: 'internal_error', params: { reference: '7f3a' } } },
      ]),
    soon,
  );
});

function outboxOn(send: (text: string, command: Command) => Promise<CommandAnswer>, link = { isReady: true, now: 1 }) {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  const store = tempStore();
  const stopped: string[] = [];
  const outbox = createOutbox({
    store,
    isReady: () => link.isReady,
    now: () => link.now,
    relayVersion: () => 2,
    send: ({ command }) => send('text' in command ? command.text : '', command),
    stopRepeating: (id) => void stopped.push(id),
    onChange: () => undefined,
    onDone: () => undefined,
    onRefused: () => undefined,
    failed(error) {
      throw error;
    },
    log: () => undefined,
  });
  onTestFinished(() => outbox.close());
  const put = (clientMessageId: string, text: string, seenMessageId: string | null = null) =>
    outbox.put(
      {
        commandId: clientMessageId,
        conversationId: 'c1',
        command: {
          ...{ kind: 'reply.send', conversationId: 'c1', text },
          ...(seenMessageId === null ? {} : { seenMessageId }),
        },
        createdAt: 1,
      },
      () => undefined,
    );
  return { store, outbox, put, stopped };
}

test('a message that the relay repeatedly cannot store is held after two hours, and keeps its id', async () => {
  const sent: string[] = [];
  const { outbox, put } = outboxOn(async (text) => {
    sent.push(text);
    return text === 'stuck' ? { ok: false, refusal: refuse('not_stored') } : { ok: true, messageId: null, state: null };
  });
  put('a', 'stuck');
  put('b', 'fine');
  await vi.advanceTimersByTimeAsync(119 * minuteMs);
  expect(outbox.list()[0]).toMatchObject({ state: 'queued' });
  expect(sent).not.toContain('fine');
  await vi.advanceTimersByTimeAsync(5 * minuteMs);
  expect(outbox.list()).toMatchObject([
    { clientMessageId: 'a', state: 'held', refusal: { reason: 'not_stored.repeatedly' } },
    { clientMessageId: 'b', state: 'sending' },
  ]);
  sent.length = 0;
  outbox.retry('a', null);
  await vi.advanceTimersByTimeAsync(0);
  expect(sent).toEqual(['stuck']);
  expect(outbox.list()[0]?.clientMessageId).toBe('a');
});

test('a message that the relay never answers is held in the end too', async () => {
  const { outbox, put } = outboxOn((text) =>
    text === 'stuck'
      ? Promise.reject(new Error('no answer'))
      : Promise.resolve({ ok: true, messageId: null, state: null }),
  );
  put('a', 'stuck');
  put('b', 'fine');
  await vi.advanceTimersByTimeAsync(15 * minuteMs);
  expect(outbox.list()).toMatchObject([
    { clientMessageId: 'a', state: 'held', refusal: { reason: 'not_stored.never_answered' } },
    { clientMessageId: 'b', state: 'sending' },
  ]);
});

test('no answer is awaited for what was given up, has become a message or was for an erased person', async () => {
  const { store, outbox, put, stopped } = outboxOn(
    (_text) => new Promise((_, reject) => setTimeout(() => reject(new Error('no answer')), 1_000)),
  );
  put('a', 'never answered');
  await vi.advanceTimersByTimeAsync(15 * minuteMs);
  expect(stopped).toContain('a');
  put('b', 'a message by now');
  await vi.advanceTimersByTimeAsync(500);
  outbox.settle(['b']);
  // Its answer was still awaited then.
  stopped.length = 0;
  await vi.advanceTimersByTimeAsync(500);
  expect(stopped).toEqual(['b']);
  put('c', 'for somebody else');
  await vi.advanceTimersByTimeAsync(1_100);
  stopped.length = 0;
  store.local.forgetPeople(['c1']);
  outbox.forgetPeople(['c1']);
  expect(stopped).toEqual(['c']);
});

test('a conversation that is merged while its message is in flight has one message in flight as before, and pauses after a failure', async () => {
  const sent: string[] = [];
  const { store, outbox, put } = outboxOn((text) => {
    sent.push(text);
    return new Promise((_, reject) => setTimeout(() => reject(new Error('no answer')), 1_000));
  });
  put('a', 'first');
  put('b', 'second');
  store.outbox.move('c1', 'c2');
  outbox.moved('c1', 'c2');
  await vi.advanceTimersByTimeAsync(999);
  expect(sent).toEqual(['first']);
  await vi.advanceTimersByTimeAsync(400);
  expect(sent).toEqual(['first']);
  await vi.advanceTimersByTimeAsync(700);
  expect(sent).toEqual(['first', 'first']);
});

test('being offline uses up no patience', async () => {
  const link = { isReady: true, now: 1 };
  const { outbox, put } = outboxOn(() => {
    link.isReady = false;
    return Promise.reject(new Error('the line broke'));
  }, link);
  put('a', 'on a train');
  for (let minutes = 0; minutes < 30; minutes += 1) {
    await vi.advanceTimersByTimeAsync(minuteMs);
    link.isReady = true;
    outbox.resume();
  }
  await vi.advanceTimersByTimeAsync(0);
  expect(outbox.list()).toMatchObject([{ state: 'queued' }]);
});

test('what may have arrived is retried unchanged; what surely did not may say more', async () => {
  const heard: Command[] = [];
  const { store, outbox, put } = outboxOn((_text, command) => {
    heard.push(command);
    return Promise.reject(new Error('no answer'));
  });
  put('a', 'On Tuesday.', 'm1');
  await vi.advanceTimersByTimeAsync(15 * minuteMs);
  expect(outbox.list()).toMatchObject([{ state: 'held' }]);
  outbox.retry('a', 'm2');
  await vi.advanceTimersByTimeAsync(0);
  expect(heard.at(-1)).toEqual(heard[0]);
  expect(heard[0]).toMatchObject({ seenMessageId: 'm1' });
  const { command, ...stored } = store.outbox.read('a')!;
  store.outbox.add({ ...stored, commandId: 'never tried', command: command! });
  store.outbox.holdAll(cutOff);
  store.outbox.requeue('never tried', 'never tried', 'm2');
  expect(store.outbox.read('never tried')).toMatchObject({ command: { seenMessageId: 'm2' }, state: 'queued' });
});

test('an item accepted a moment ago may still get its message; later that was taken back elsewhere', async () => {
  const { outbox, put } = outboxOn(async (text) => ({ ok: true, messageId: `of ${text}`, state: 'queued' }));
  put('a', 'one');
  await vi.advanceTimersByTimeAsync(20_000);
  put('b', 'two');
  put('c', 'three');
  await vi.advanceTimersByTimeAsync(5_000);
  const left = () => outbox.list().map(({ clientMessageId }) => clientMessageId);
  outbox.settleOld();
  expect(left()).toEqual(['a', 'b', 'c']);
  outbox.forgetTakenBack({ messages: ['of two', 'of somebody else'], conversations: [] });
  expect(left()).toEqual(['a', 'c']);
  await vi.advanceTimersByTimeAsync(6_000);
  outbox.settleOld();
  expect(left()).toEqual(['c']);
});

test('thousands of waiting messages are sent a few conversations at a time, each in order', async () => {
  const store = tempStore();
  const count = 4_000;
  const insert = store.db.prepare(
    `INSERT INTO local.outbox (command_id, conversation_id, kind, input, created_at, state)
     VALUES (?, ?, 'reply.send', json_object('text', ?), 1, 'queued')`,
  );
  store.db.transaction(() => {
    for (let number = 0; number < count; number += 1) insert.run(`m${number}`, `c${number % 400}`, String(number));
  })();
  // Otherwise each waits for the disk, which is not what this is about.
  store.db.pragma('local.synchronous = OFF');
  let underway = 0;
  let most = 0;
  const performed = new Map<string, number[]>();
  const outbox = createOutbox({
    store,
    isReady: () => true,
    now: () => 1,
    relayVersion: () => 2,
    async send({ command }) {
      underway += 1;
      most = Math.max(most, underway);
      await new Promise((resolve) => setImmediate(resolve));
      underway -= 1;
      const { conversationId, text } = command as { conversationId: string; text: string };
      performed.set(conversationId, [...(performed.get(conversationId) ?? []), Number(text)]);
      return { ok: true, messageId: null, state: null };
    },
    stopRepeating: () => undefined,
    onChange: () => undefined,
    onDone: () => undefined,
    onRefused: () => undefined,
    failed(error) {
      throw error;
    },
    log: () => undefined,
  });
  onTestFinished(() => outbox.close());
  outbox.resume();
  await vi.waitFor(() => expect([...performed.values()].flat()).toHaveLength(count), { timeout: 25_000, interval: 50 });
  expect(most).toBeLessThanOrEqual(16);
  for (const order of performed.values()) expect(order).toEqual(order.toSorted((one, other) => one - other));
});

test('what was tried longer ago than a relay recognizes its id is not sent again, because it could go out twice', async () => {
  const link = { isReady: true, now: 1 };
  const sent: string[] = [];
  const { store, outbox, put } = outboxOn((text) => {
    sent.push(text);
    return Promise.reject(new Error('the line broke'));
  }, link);
  put('a', 'tried');
  await vi.waitFor(() => expect(sent).toEqual(['tried']));
  link.now = 1 + 28 * dayMs;
  await vi.advanceTimersByTimeAsync(minuteMs);
  expect(sent.length).toBeGreaterThan(1);
  sent.length = 0;
  link.now = 1 + 30 * dayMs;
  await vi.advanceTimersByTimeAsync(minuteMs);
  expect(sent).toEqual([]);
  expect(store.outbox.read('a')).toMatchObject({ state: 'held', refusal: refuse('not_stored.never_answered') });
  // Words that were never tried are not in doubt, however long they waited.
  put('b', 'fresh');
  await vi.waitFor(() => expect(sent).toEqual(['fresh']));
  outbox.retry('a', null);
  const retried = store.outbox.list().find(({ words }) => words?.text === 'tried');
  expect(retried?.state).toBe('queued');
  expect(retried?.commandId).not.toBe('a');
});
