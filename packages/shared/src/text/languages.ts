import { en } from './en.ts';
import type { Text } from './text.ts';
import { usableLocale } from './usable-locale.ts';

/** The languages that Transom speaks, by their ISO 639 codes. To add one is to write its file, which does not compile until it is whole. */
export const languages: Readonly<Record<string, Text>> = { en };

/** What is said, and how dates are written: by the habits of the reader's country where the system names one. */
export type Spoken = { readonly text: Text; readonly locale: string };

/** Of the languages that the system prefers, the first one that Transom speaks; else English. Asked again whenever words are made. */
export function spokenIn(wanted: readonly string[]): Spoken {
  const language = wanted.map(languageOf).find((each) => Object.hasOwn(languages, each));
  const text = languages[language ?? 'en'] ?? en;
  return { text, locale: usableLocale(wanted, text.locale) };
}

/** "en" of "en-GB" and, as POSIX writes it, of "en_GB.UTF-8". */
function languageOf(tag: string): string {
  return (/^[a-z]+/iu.exec(tag)?.[0] ?? '').toLowerCase();
}
