import { expect, it } from 'vitest';
import { usableLocale } from './usable-locale.ts';

it.each([
  [['en-GB', 'en'], 'en-GB'],
  [['nb-NO', 'en-AU'], 'en-AU'],
  [['en-US@posix'], 'en-US'],
  [['C', '', 'en_US.UTF-8'], 'en-US'],
  [[], 'en-US'],
])('from %j, dates are written in %s', (wanted, locale) => {
  expect(usableLocale(wanted, 'en-US')).toBe(locale);
  expect(() => new Intl.DateTimeFormat(locale)).not.toThrow();
});
