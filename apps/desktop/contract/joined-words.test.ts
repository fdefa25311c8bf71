import { expect, test } from 'vitest';
import { joinedWords } from './joined-words.ts';

test.each([
  ['Ok', 'Okay, Friday then', 'Ok\nOkay, Friday then'],
  ['No', 'Not before Friday', 'No\nNot before Friday'],
  ['Friday at two', 'two', 'Friday at two\ntwo'],
  ['Hello', 'Hello', 'Hello'],
  ['Hello', 'Hello ', 'Hello '],
  ['Hello', 'Hello\nOn Friday', 'Hello\nOn Friday'],
  ['Hello\nOn Friday\nSam', 'On Friday', 'Hello\nOn Friday\nSam'],
  ['Hello\nOn Friday', 'On Friday\nSam', 'Hello\nOn Friday\nOn Friday\nSam'],
  ['', 'Hello', 'Hello'],
  ['Hello', ' ', 'Hello'],
])('%j and %j are both kept, once', (first, second, both) => {
  expect(joinedWords(first, second)).toBe(both);
});
