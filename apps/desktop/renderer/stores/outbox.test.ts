import { expect, it } from 'vitest';
import type { OutboxItem } from '../../contract/views.ts';
import { createOutboxStore } from './outbox.ts';
import { createTestCore } from './test-core.ts';

const item = (clientMessageId: string, change: Partial<OutboxItem> = {}): OutboxItem => ({
  clientMessageId,
  conversationId: 'c',
  kind: 'reply',
  text: clientMessageId,
  createdAt: 1,
  state: 'queued',
  refusal: null,
  ...change,
});

it('has one item for each conversation: a held one before those that only wait', async () => {
  const items = [item('a', { state: 'held' }), item('b'), item('c', { conversationId: 'd' })];
  const outbox = createOutboxStore(createTestCore({ 'outbox.list': async () => ({ items }) }).client);
  await outbox.getState().load();
  const told = () => [...outbox.getState().byConversation].map(([id, { text, state }]) => [id, text, state]);
  expect(told()).toEqual([
    ['c', 'a', 'held'],
    ['d', 'c', 'queued'],
  ]);
  outbox.getState().apply([]);
  expect(told()).toEqual([]);
});
