import { type Command, type CommandAnswer, protocolVersion } from '@transom/shared';
import { expect, onTestFinished, test, vi } from 'vitest';
import { tempStore } from '../test/temp-folder.ts';
import { createOutbox } from './outbox.ts';

const accepted: CommandAnswer = { ok: true, messageId: null, state: null };
const snooze: Command = { kind: 'conversation.snooze', conversationId: 'c1', until: 9 };

function outboxOn(send: () => Promise<CommandAnswer>, store = tempStore()) {
  const done = vi.fn<(conversationId: string) => void>();
  const outbox = createOutbox({
    store,
    isReady: () => true,
    now: () => 1,
    relayVersion: () => protocolVersion.max,
    send,
    stopRepeating: () => undefined,
    onChange: () => undefined,
    onDone: done,
    onRefused: () => undefined,
    failed(error) {
      throw error;
    },
    log: () => undefined,
  });
  onTestFinished(() => outbox.close());
  outbox.put({ commandId: 'k1', conversationId: 'c1', command: snooze, createdAt: 1 }, () => undefined);
  return { store, outbox, done };
}

test('an accepted command shows as done until the feed changes its conversation', async () => {
  const { store, outbox, done } = outboxOn(async () => accepted);
  await vi.waitFor(() => expect(store.outbox.read('k1')?.state).toBe('accepted'));
  outbox.settleDone(['c2']);
  expect(store.outbox.pendingSnooze('c1')?.until).toBe(9);
  done.mockClear();
  outbox.settleDone(['c1']);
  expect([store.outbox.pendingSnooze('c1'), done.mock.calls]).toEqual([undefined, [['c1']]]);
});

test('what the feed changed while an earlier command was in flight is not the result of the next one', async () => {
  const first = Promise.withResolvers<CommandAnswer>();
  const answers = [first.promise, Promise.resolve(accepted)];
  const { store, outbox } = outboxOn(() => answers.shift() ?? Promise.reject(new Error('no more')));
  outbox.put(
    { commandId: 'k2', conversationId: 'c1', command: { ...snooze, until: 10 }, createdAt: 2 },
    () => undefined,
  );
  outbox.settleDone(['c1']);
  first.resolve(accepted);
  await vi.waitFor(() => expect(store.outbox.read('k2')?.state).toBe('accepted'));
  expect(store.outbox.read('k1')).toBeNull();
});

test('what a newer build left before it was rolled back is not sent, not dropped, and keeps nobody waiting', async () => {
  const store = tempStore();
  store.db.exec(`INSERT INTO local.outbox (command_id, conversation_id, kind, input, created_at, state)
    VALUES ('k0', 'c1', 'story.reply', '{"text":"It is 4,900."}', 0, 'queued')`);
  const left = store.db.prepare(`SELECT state, input FROM local.outbox WHERE command_id = 'k0'`);
  const { outbox } = outboxOn(async () => accepted, store);
  await vi.waitFor(() => expect(store.outbox.read('k1')?.state).toBe('accepted'));
  expect(left.get()).toEqual({ state: 'queued', input: '{"text":"It is 4,900."}' });
  outbox.holdAll();
  expect(left.get()).toEqual({ state: 'held', input: '{"text":"It is 4,900."}' });
});
