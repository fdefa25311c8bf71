import { dayMs, minuteMs } from '@transom/shared';
import fc from 'fast-check';
import { expect, it, onTestFinished } from 'vitest';
import type { OutboxItem } from '../../contract/views.ts';
import { speech } from '../text/spoken.ts';
import { testMessage as message, testNow as now } from './test-rows.ts';
import { createThreadItems } from './thread-items.ts';

const threadItems: ReturnType<typeof createThreadItems> = (...given) => createThreadItems()(...given);
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

it('groups messages of one sender within five minutes of each other', () => {
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

it('begins a new group with the day, however close its first message is to the last of the day before', () => {
  const midnight = new Date(2026, 10, 21).getTime();
  expect(shape([message('a', midnight - 1), message('b', midnight)], [])).toBe('[a] | [b]');
});

it('finds the days again in another time zone', () => {
  const before = speech.getState();
  onTestFinished(() => speech.setState(before));
  const items = createThreadItems();
  const messages = [message('a', Date.UTC(2026, 10, 20, 14, 59)), message('b', Date.UTC(2026, 10, 20, 15, 1))];
  const days = (timeZone: string) => {
    speech.setState({ timeZone });
    return items(messages, []).filter(({ kind }) => kind === 'day').length;
  };
  expect(['UTC', 'Asia/Tokyo', 'UTC'].map(days)).toEqual([0, 1, 0]);
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

it('makes the same items of a changed thread as of one that was never seen before', () => {
  type Thread = readonly ReturnType<typeof message>[];
  const place = fc.nat(40);
  const size = fc.integer({ min: 1, max: 6 });
  const changes = fc.oneof(
    // Some of them within five minutes of each other, some on another day.
    fc.record({ minutes: fc.integer({ min: 1, max: 900 }), at: place, put: size, isOurs: fc.boolean() }).map(
      ({ minutes, at, put, isOurs }) =>
        (thread: Thread) =>
          thread.toSpliced(
            at,
            0,
            ...Array.from({ length: put }, (_, index) =>
              message(`${thread.length}-${index}`, now + (at * 400 + minutes + index) * minuteMs, isOurs ? ours : {}),
            ),
          ),
    ),
    fc.record({ at: place, take: size }).map(
      ({ at, take }) =>
        (thread: Thread) =>
          thread.toSpliced(at, take),
    ),
    fc.record({ at: place, isNote: fc.boolean() }).map(
      ({ at, isNote }) =>
        (thread: Thread) =>
          thread.map((each, index) =>
            index === at ? { ...each, ...(isNote ? ({ direction: 'note' } as const) : ours) } : each,
          ),
    ),
  );
  fc.assert(
    fc.property(fc.array(changes, { maxLength: 20 }), (all) => {
      const remembering = createThreadItems();
      let thread: Thread = [];
      for (const change of all) {
        thread = change(thread);
        expect(remembering(thread, [waiting])).toEqual(threadItems(thread, [waiting]));
      }
    }),
    { numRuns: 60 },
  );
});

it('remakes only what has a new neighbor', () => {
  const messages = Array.from({ length: 9 }, (_, index) => message(`m${index}`, now + index * minuteMs));
  const remembering = createThreadItems();
  const first = remembering(messages.slice(3, 8), []);
  const withOlder = remembering(messages.slice(0, 8), []);
  expect(withOlder.map((item) => first.includes(item))).toEqual([0, 0, 0, 0, 1, 1, 1, 1].map(Boolean));
  const withNewer = remembering(messages, []);
  expect(withNewer.map((item) => withOlder.includes(item))).toEqual([1, 1, 1, 1, 1, 1, 1, 0, 0].map(Boolean));
});
