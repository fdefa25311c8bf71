import { expect, it } from 'vitest';
import { areSameWords } from './same-words.ts';

it.each([
  ['the same', 'Yes, 7 pm works.', 'Yes, 7 pm works.'],
  ['trimmed', '  Yes\n', 'Yes'],
  ['with other line ends', 'one\r\ntwo\rthree', 'one\ntwo\nthree'],
  ['without spaces at the ends of lines', 'one \t\r\ntwo', 'one\ntwo'],
  ['composed', 'Cafe\u0301', 'Caf\u00e9'],
  ['without a zero-width space', 'a\u200bb', 'ab'],
  ['without a byte order mark and marks of direction', '\ufeff\u200fabc', 'abc'],
  ['without the emoji selector', '\u2764\ufe0f', '\u2764'],
])('recognizes words that came back %s', (_how, sent, returned) => {
  expect(areSameWords(sent, returned)).toBe(true);
  expect(areSameWords(returned, sent)).toBe(true);
});

it.each([
  ['Yes', 'yes'],
  ['Yes', 'Yes.'],
  ['a b', 'ab'],
  ['one\ntwo', 'one two'],
  ['\u2764\ufe0f', '\u{1f9e1}'],
  [null, null],
  ['', null],
])('tells %j from %j', (sent, returned) => {
  expect(areSameWords(sent, returned)).toBe(false);
});
