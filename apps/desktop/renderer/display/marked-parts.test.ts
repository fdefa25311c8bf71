import { expect, it } from 'vitest';
import { markedParts } from './marked-parts.ts';

const show = (excerpt: string, marks: [number, number][]) =>
  markedParts(excerpt, marks)
    .map(({ words, isMarked }) => (isMarked ? `[${words}]` : words))
    .join('');

it('cuts an excerpt at its marks', () => {
  expect(show('the barrel sauna', [[4, 10]])).toBe('the [barrel] sauna');
  expect(show('sauna', [[0, 5]])).toBe('[sauna]');
  expect(show('plain', [])).toBe('plain');
});

it('loses no letter when marks overlap, are out of range or out of order', () => {
  expect(
    show('barrel sauna', [
      [7, 99],
      [0, 6],
      [3, 8],
    ]),
  ).toBe('[barrel][ s][auna]');
});
