import { describe, expect, it } from 'vitest';
import { noLanes } from '../display/lane-rows.ts';
import { inboxItems, type ListItem } from '../display/list-items.ts';
import { itemBeside } from './list-steps.ts';

const items = inboxItems(
  { ...noLanes, closing: { ...noLanes.closing, ids: ['a'] }, answer: { ...noLanes.answer, ids: ['b', 'c'] } },
  null,
);
const isRow = (item: ListItem): boolean => item.kind === 'row';
const beside = (at: number, by: 1 | -1, stopsAt = isRow) => itemBeside(items, at, by, stopsAt)?.key ?? null;
const indexOf = (key: string) => items.findIndex((item) => item.key === key);

describe('the next conversation', () => {
  it('is in the next lane when this one ends, and there is none after the last', () => {
    expect(beside(indexOf('a'), 1)).toBe('b');
    expect(beside(indexOf('b'), -1)).toBe('a');
    expect([beside(indexOf('c'), 1), beside(indexOf('a'), -1)]).toEqual([null, null]);
  });
  it('is the first one when there is none yet', () => expect([beside(-1, 1), beside(-1, -1)]).toEqual(['a', 'a']));
  it('for one that is not shown, is the one after or before its place', () => {
    const between = indexOf('b') + 0.5;
    expect([beside(between, 1), beside(between, -1)]).toEqual(['c', 'b']);
  });
  it('may be a lane header for arrow keys', () => {
    const isStop = (item: ListItem) => item.kind === 'row' || item.kind === 'header';
    expect([beside(indexOf('a'), 1, isStop), beside(indexOf('a'), -1, isStop)]).toEqual([
      'lane-answer',
      'lane-closing',
    ]);
  });
});

it('shows the unreachable lane only when somebody is in it', () => {
  const counts = { closing: 0, answer: 0, missed: 0, later: 0, waiting: 0, unreachable: 1, done: 0 };
  const isThere = (list: ListItem[]) => list.some(({ key }) => key === 'lane-unreachable');
  expect([isThere(inboxItems(noLanes, { ...counts, unreachable: 0 })), isThere(inboxItems(noLanes, counts))]).toEqual([
    false,
    true,
  ]);
});
