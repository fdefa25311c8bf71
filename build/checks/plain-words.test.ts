import { expect, it, test } from 'vitest';
import { root } from '../root.ts';
import { findForeignWords, foundIn } from './plain-words.ts';

test('no file of the repository contains a listed word', () => {
  expect(findForeignWords(root)).toEqual([]);
});

it.each([
  ['// It ends by itself.', 'by itself'],
  ['Rows come back\nby themselves.', 'by themselves'],
  ['// The page is drawn anew.', 'anew'],
  ['startAnew();', 'tAnew'],
  ['// Listeners are waked after a commit.', 'waked'],
  ['/** One deed of a person. */', 'deed'],
  ['// What failed gives its right back.', 'gives its right back'],
  ["source: 'Came by an ad'", 'Came by'],
  ['const longestPauseMs = 30_000;', 'longestPauseMs'],
  ['type Limits = { readonly mostBytes: number };', 'mostBytes'],
  ['f({ leastReadingMs: 1 })', 'leastReadingMs'],
])('finds the word in %j', (content, word) => {
  expect(foundIn('a.ts', `\n${content}`).map((found) => found.word)).toEqual([word]);
});

it('reports the line and what to write instead', () => {
  expect(foundIn('a.md', 'One.\nBegun anew.')).toEqual([
    { file: 'a.md', line: 2, word: 'anew', instead: 'again; a new one; rebuilt' },
  ]);
});

it.each(['indeed it is', 'his own itself', 'renewed', 'almostBytes: 1', 'maxBytes = 1'])(
  'passes over %j',
  (content) => {
    expect(foundIn('a.ts', content)).toEqual([]);
  },
);
