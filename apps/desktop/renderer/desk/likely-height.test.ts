import { expect, it } from 'vitest';
import { learnHeight, likelyHeight } from './likely-height.ts';
import { testMessage as message, testNow as now } from './test-rows.ts';
import { createThreadItems } from './thread-items.ts';

it('expects more room for more words', () => {
  const [short, long] = createThreadItems()(
    [message('a', now), message('b', now + 1, { text: 'word '.repeat(200) })],
    [],
  );
  expect(likelyHeight(long!)).toBeGreaterThan(likelyHeight(short!) + 100);
});

it('takes those that look like one that was drawn for as high as that one, and none that it has taken a height for already', () => {
  const words = 'A length of words that no other test has, '.repeat(7);
  const items = createThreadItems()(
    ['a', 'b', 'c'].map((id, index) => message(id, now + index * 10 * 60_000, { text: words })),
    [],
  );
  const before = likelyHeight(items[0]!);
  learnHeight(items[1]!, before + 17);
  expect(items.map(likelyHeight)).toEqual([before, before + 17, before + 17]);
});
