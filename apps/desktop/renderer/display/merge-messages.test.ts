import { expect, it } from 'vitest';
import { mergeMessages } from './merge-messages.ts';
import { testMessage as message } from './test-rows.ts';

const held = [message('a', 10), message('b', 20, { rev: 2 }), message('d', 40)];
const ids = (messages: readonly { id: string }[]) => messages.map(({ id }) => id).join('');

it('keeps the order of time, wherever new ones belong', () => {
  expect(ids(mergeMessages(held, [message('y', 6), message('x', 5)]))).toBe('xyabd');
  expect(ids(mergeMessages(held, [message('f', 60), message('e', 50)]))).toBe('abdef');
  expect(ids(mergeMessages(held, [message('z', 99), message('c', 30), message('aa', 10), message('w', 1)]))).toBe(
    'waaabcdz',
  );
  expect(ids(mergeMessages([], [message('b', 2), message('a', 1)]))).toBe('ab');
});

it('takes the higher revision, even when it belongs in another place', () => {
  const changed = mergeMessages(held, [
    message('a', 30, { rev: 2, text: 'new' }),
    message('b', 20, { rev: 1, text: 'old' }),
  ]);
  expect(changed.map(({ id, text }) => `${id}:${text}`)).toEqual(['b:b', 'a:new', 'd:d']);
});

it('keeps what did not change as the same object, and the list itself when nothing did', () => {
  const merged = mergeMessages(held, [message('c', 30)]);
  expect([merged[0], merged[1], merged[3]].every((each, index) => each === held[index])).toBe(true);
  expect(mergeMessages(held, [message('b', 20, { rev: 2 })])).toBe(held);
  expect(mergeMessages(held, [])).toBe(held);
});
