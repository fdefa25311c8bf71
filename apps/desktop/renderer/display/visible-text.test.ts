import { expect, it } from 'vitest';
import { hasVisibleText } from './visible-text.ts';

it.each([
  '',
  ' \t\n',
  '\u200b\u200c\u200d\u2060',
  '\ufeff',
  '\u200e\u200f\u202a\u202c\u2066\u2069',
  '\u3164\u115f',
  '\u2800',
  '\u00ad',
])('sees nothing in %j', (words) => expect(hasVisibleText(words)).toBe(false));

it.each(['a', '\u200b.\u200b', '\u2764\ufe0f', '\u{1F468}\u200d\u{1F469}', '\u0645\u0631\u062d\u0628\u0627', '\u0301'])(
  'sees something in %j',
  (words) => expect(hasVisibleText(words)).toBe(true),
);
