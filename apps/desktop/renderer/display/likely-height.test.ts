import { expect, it } from 'vitest';
import { isHeightKnown, learnHeight, likelyHeight } from './likely-height.ts';
import { testMessage as message, testNow as now } from './test-rows.ts';
import { createThreadItems } from './thread-items.ts';

it('expects more room for more words', () => {
  const [short, long] = createThreadItems()(
    [message('a', now), message('b', now + 1, { text: 'word '.repeat(200) })],
    [],
  );
  expect(likelyHeight(long!)).toBeGreaterThan(likelyHeight(short!) + 100);
});

it('assumes that items are as high as a similar one already drawn, and is sure only of short ones', () => {
  const of = (id: string, text: string) => createThreadItems()([message(id, now, { text })], [])[0]!;
  const [short, long] = ['Eleven words', 'A length of words that no other test has, '.repeat(7)];
  for (const words of [short, long]) {
    const before = likelyHeight(of('a', words));
    learnHeight(of('b', words), before + 17);
    expect(likelyHeight(of('c', words))).toBe(before + 17);
    learnHeight(of('b', words), before);
  }
  expect([isHeightKnown(of('d', short)), isHeightKnown(of('e', long))]).toEqual([true, false]);
});
