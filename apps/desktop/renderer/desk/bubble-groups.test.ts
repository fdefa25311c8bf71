import { dayMs, minuteMs } from '@transom/shared';
import { expect, it } from 'vitest';
import { groupBubbles } from './bubble-groups.ts';
import { testMessage as message, testNow as now } from './test-rows.ts';

const shape = (messages: Parameters<typeof groupBubbles>[0]) =>
  groupBubbles(messages).map((day) =>
    day.groups.map((group) => `${group.side}:${group.messages.map(({ id }) => id).join('+')}`),
  );
const ours = { direction: 'outbound', origin: 'desk', author: { id: 'm', name: 'Mara' }, state: 'sent' } as const;

it('puts messages of one sender within five minutes of each other together', () => {
  expect(shape([message('a', now), message('b', now + 5 * minuteMs), message('c', now + 10 * minuteMs + 1)])).toEqual([
    ['them:a+b', 'them:c'],
  ]);
});

it('separates senders, colleagues, states, notes and days', () => {
  expect(
    shape([
      message('a', now),
      message('b', now + 1, ours),
      message('c', now + 2, { ...ours, author: { id: 's', name: 'Sam' } }),
      message('d', now + 3, { ...ours, author: { id: 's', name: 'Sam' }, state: 'failed' }),
      message('e', now + 4, { direction: 'note', kind: 'note' }),
      message('f', now + 5, { direction: 'note', kind: 'note' }),
      message('g', now + dayMs),
    ]),
  ).toEqual([['them:a', 'us:b', 'us:c', 'us:d', 'note:e', 'note:f'], ['them:g']]);
});

it('keeps what was sent from the app apart from what was sent here', () => {
  expect(
    shape([message('a', now, ours), message('b', now + 1, { ...ours, origin: 'elsewhere', author: null })]),
  ).toEqual([['us:a', 'us:b']]);
});
