import { expect, it } from 'vitest';
import { CallSlots } from './call-slots.ts';

const takeAll = (slots: CallSlots, agency: string, account: string) => {
  let taken = 0;
  while (taken < 1_000 && slots.take(agency, account)) taken += 1;
  return taken;
};

it('gives an account so many, and an agency so many, but each account one', () => {
  const slots = new CallSlots({ account: 4, agency: 6, total: 100 });
  expect(['one', 'two', 'three', 'four'].map((account) => takeAll(slots, 'agency', account))).toEqual([4, 2, 1, 1]);
  expect(takeAll(slots, 'other agency', 'five')).toBe(4);
});

it('never gives more than there are, and lets agencies that wait have their turn', () => {
  const slots = new CallSlots({ account: 4, agency: 16, total: 5 });
  expect([takeAll(slots, 'a', 'a1'), takeAll(slots, 'b', 'b1'), takeAll(slots, 'c', 'c1')]).toEqual([4, 1, 0]);
  expect(slots.give('a', 'a1')).toBe('b');
  expect(slots.give('a', 'a1')).toBe('c');
  expect(slots.give('a', 'a1')).toBeUndefined();
  expect(takeAll(slots, 'c', 'c1')).toBe(3);
});

it('has what was given back for whoever asks next', () => {
  const slots = new CallSlots({ account: 1, agency: 1, total: 1 });
  for (let n = 0; n < 3; n += 1) {
    expect([slots.take('a', 'a1'), slots.take('a', 'a1')]).toEqual([true, false]);
    slots.give('a', 'a1');
  }
});
