import { expect, test } from 'vitest';
import { en } from './en.ts';
import { languages, spokenIn } from './languages.ts';
import { plurals } from './plural.ts';
import { accented, englishWords, plainWords, speakAccented } from './testing/accented.ts';
import type { Text } from './text.ts';

test.each([
  [['en-GB', 'uk'], 'en-GB', en],
  [['uk', 'en-GB'], 'uk', accented],
  [['nb-NO', 'uk-UA', 'en'], 'uk-UA', accented],
  [['uk_UA.UTF-8'], 'uk-UA', accented],
  [['nb-NO', 'fi'], 'en-US', en],
  [['constructor', '__proto__', 'C', ''], 'en-US', en],
  [[], 'en-US', en],
])('where the system prefers %j, dates are written in %s', (wanted, locale, text) => {
  speakAccented();
  const spoken = spokenIn(wanted);
  expect(spoken.locale).toBe(locale);
  expect(spoken.text).toBe(text);
});

test('each language is listed under its code, and names the locale that its dates fall back to', () => {
  for (const [code, text] of Object.entries(languages)) expect(new Intl.Locale(text.locale).language).toBe(code);
});

test('a language counts with its own plural forms', () => {
  expect([1, 2, 5, 1_234].map(en.inbox.total)).toEqual([
    '1 conversation',
    '2 conversations',
    '5 conversations',
    '1,234 conversations',
  ]);
  expect([1, 3, 5, 21, 1_234].map(accented.inbox.total)).toEqual([
    '1 ŕóźḿóṽá',
    '3 ŕóźḿóṽí',
    '5 ŕóźḿóṽ',
    '21 ŕóźḿóṽá',
    '1\u00a0234 ŕóźḿóṽí',
  ]);
});

test('a language that lacks a form, a sentence or a parameter does not compile', () => {
  const counted = plurals<'one' | 'few' | 'many'>('uk');
  // @ts-expect-error There would be no word for five.
  const withoutMany = counted(5, { one: 'a', few: 'b', other: 'd' });
  const { title: _title, ...withoutTitle } = accented.inbox;
  // @ts-expect-error The list would have no title.
  const withoutSentence: Text = { ...accented, inbox: withoutTitle };
  // @ts-expect-error The text could not depend on the number.
  const withoutCount: Text['inbox']['total'] = 'many conversations';
  expect([withoutMany, withoutSentence, withoutCount]).toHaveLength(3);
});

test('the test language changes every English word, so that one left on a screen is found', () => {
  const words = englishWords();
  expect(words.size).toBeGreaterThan(500);
  for (const word of ['Inbox', 'conversations', 'tomorrow', 'claim', 'relay', 'minutes'])
    expect(words.has(word), word).toBe(word !== 'tomorrow');
  expect(plainWords(accented.notification.group(3))).toEqual([]);
  expect(plainWords('Ínḃóẋ Inbox a 12')).toEqual(['Inbox']);
});
