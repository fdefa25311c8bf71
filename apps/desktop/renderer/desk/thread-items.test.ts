import { dayMs, minuteMs } from '@transom/shared';
import { expect, it } from 'vitest';
import type { OutboxItem } from '../../contract/views.ts';
import { testMessage as message, testNow as now } from './test-rows.ts';
import { likelyHeight, threadItems } from './thread-items.ts';

/** A bracket where a group begins or ends: "[a b]" is one group of two. */
const shape = (...given: Parameters<typeof threadItems>) =>
  threadItems(...given)
    .map((item) => {
      if (item.kind !== 'message') return item.kind === 'day' ? '|' : `${item.kind}:${item.key}`;
      return `${item.isFirst ? '[' : ''}${item.message.id}${item.isLast ? ']' : ''}`;
    })
    .join(' ');
const ours = { direction: 'outbound', origin: 'desk', author: { id: 'm', name: 'Mara' }, state: 'sent' } as const;
const waiting: OutboxItem = {
  clientMessageId: 'own',
  conversationId: 'c',
  kind: 'reply',
  text: 'On my way',
  createdAt: now,
  state: 'queued',
  refusal: null,
};

it('puts messages of one sender within five minutes of each other together', () => {
  expect(shape([message('a', now), message('b', now + 5 * minuteMs), message('c', now + 10 * minuteMs + 1)], [])).toBe(
    '[a b] [c]',
  );
});

it('separates senders, colleagues, states, notes and days', () => {
  expect(
    shape(
      [
        message('a', now),
        message('b', now + 1, ours),
        message('c', now + 2, { ...ours, author: { id: 's', name: 'Sam' } }),
        message('d', now + 3, { ...ours, author: { id: 's', name: 'Sam' }, state: 'failed' }),
        message('e', now + 4, { direction: 'note', kind: 'note' }),
        message('f', now + 5, { direction: 'note', kind: 'note' }),
        message('g', now + dayMs),
      ],
      [],
    ),
  ).toBe('[a] [b] [c] [d] note:e note:f | [g]');
});

it('keeps what was sent from the app apart from what was sent here', () => {
  expect(
    shape([message('a', now, ours), message('b', now + 1, { ...ours, origin: 'elsewhere', author: null })], []),
  ).toBe('[a] [b]');
});

it('shows what waits here at the end, under the key that it keeps once the relay has it', () => {
  expect(shape([message('a', now)], [waiting])).toBe('[a] outbox:own');
  const taken = threadItems([message('a', now), message('b', now + 1, { ...ours, clientMessageId: 'own' })], [waiting]);
  expect(taken.map(({ kind, key }) => [kind, key])).toEqual([
    ['message', 'a'],
    ['message', 'own'],
  ]);
});

it('expects more room for more words', () => {
  const [short, long] = threadItems([message('a', now), message('b', now + 1, { text: 'word '.repeat(200) })], []);
  expect(likelyHeight(long)).toBeGreaterThan(likelyHeight(short) + 100);
});

it('makes the same of a thread that has changed as of one that was never seen before', () => {
  const messages = Array.from({ length: 30 }, (_, index) =>
    message(`m${index}`, now + index * 2 * minuteMs, index % 4 === 0 ? { direction: 'outbound', origin: 'desk' } : {}),
  );
  threadItems(messages, []);
  const changed = messages.with(10, { ...messages[10]!, direction: 'note' }).toSpliced(20, 1);
  expect(threadItems(changed, [])).toEqual(threadItems(structuredClone(changed), []));
  expect(threadItems(messages.slice(5), [])).toEqual(threadItems(structuredClone(messages.slice(5)), []));
});
