import { en } from './en.ts';
import type { Text } from './text.ts';
import { usableLocale } from './usable-locale.ts';

/** The languages that Transom speaks, by ISO 639 code. To add one, write its file, which does not compile until it is complete. */
export const languages: Readonly<Record<string, Text>> = { en };

/** The texts, and the locale for dates: that of the reader's country where the system names one. */
export type Spoken = { readonly text: Text; readonly locale: string };

/** The first of the system's preferred languages that Transom speaks; else English. Called again whenever words are made. */
export function spokenIn(wanted: readonly string[]): Spoken {
  const language = wanted.map(languageOf).find((each) => Object.hasOwn(languages, each));
  const text = languages[language ?? 'en'] ?? en;
  return { text, locale: usableLocale(wanted, text.locale) };
}

/** "en" from "en-GB" and from the POSIX form "en_GB.UTF-8". */
function languageOf(tag: string): string {
  return (/^[a-z]+/iu.exec(tag)?.[0] ?? '').toLowerCase();
}
