import { expect, it } from 'vitest';
import { CallSlots } from './call-slots.ts';

const takeAll = (slots: CallSlots, agency: string, account: string) => {
  let taken = 0;
  while (taken < 1_000 && slots.take(agency, account)) taken += 1;
  return taken;
};

it('limits an account and an agency, but leaves each account one slot', () => {
  const slots = new CallSlots({ account: 4, agency: 6, total: 100 }, () => undefined);
  expect(['one', 'two', 'three', 'four'].map((account) => takeAll(slots, 'agency', account))).toEqual([4, 2, 1, 1]);
  expect(takeAll(slots, 'other agency', 'five')).toBe(4);
});

it('never gives more slots than there are, and gives waiting agencies their turn', () => {
  const poked: string[] = [];
  const slots = new CallSlots({ account: 4, agency: 16, total: 5 }, (agencyId) => poked.push(agencyId));
  expect([takeAll(slots, 'a', 'a1'), takeAll(slots, 'b', 'b1'), takeAll(slots, 'c', 'c1')]).toEqual([4, 1, 0]);
  for (let n = 0; n < 3; n += 1) slots.give('a', 'a1');
  expect(poked).toEqual(['b', 'c']);
  expect(takeAll(slots, 'c', 'c1')).toBe(3);
});

it('has a slot again when its call has ended, and pokes the agency if there is more to do', async () => {
  const poked: string[] = [];
  const slots = new CallSlots({ account: 1, agency: 1, total: 1 }, (agencyId) => poked.push(agencyId));
  for (const isMoreToDo of [true, false]) {
    const call = Promise.withResolvers<boolean>();
    expect(slots.take('a', 'a1')).toBe(true);
    slots.run('a', 'a1', () => call.promise);
    expect(slots.take('a', 'a1')).toBe(false);
    call.resolve(isMoreToDo);
    await slots.ended();
  }
  expect(poked).toEqual(['a']);
  expect(slots.take('a', 'a1')).toBe(true);
});
