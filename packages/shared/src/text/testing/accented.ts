import { onTestFinished } from 'vitest';
import { en } from '../en.ts';
import { languages } from '../languages.ts';
import { plurals } from '../plural.ts';
import type { Text, Translated } from '../text.ts';

/**
 * A second language for tests: English with an accent on each letter, dates and plural forms as in Ukrainian. A word without accents on
 * the screen did not come from the catalogue, or was kept from before the language changed.
 */
const counted = plurals<'one' | 'few' | 'many'>('uk');

const plain = 'abcdefghijklmnopqrstuvwxyz';
const marked = 'áḃćďéḟģĥíĵķĺḿńóṕɋŕśťúṽŵẋýź';

export const accented: Text = {
  ...inAccents(en),
  locale: 'uk-UA',
  inbox: {
    ...inAccents(en.inbox),
    total: (n) => counted(n, { one: 'ŕóźḿóṽá', few: 'ŕóźḿóṽí', many: 'ŕóźḿóṽ', other: 'ŕóźḿóṽí' }),
  },
};

/** Until the test ends, a system that prefers Ukrainian gets the accented language. */
export function speakAccented(): void {
  const known: Record<string, Text> = languages;
  known['uk'] = accented;
  onTestFinished(() => void delete known['uk']);
}

/** Every word of the English catalogue. */
export function englishWords(): ReadonlySet<string> {
  return new Set(sentencesIn(en).flatMap(plainWords));
}

/** Words of two letters and more that carry no accent. */
export function plainWords(words: string): string[] {
  return (words.match(/[\p{L}\p{M}]+/gu) ?? []).filter((word) => /^[A-Za-z]{2,}$/.test(word));
}

function inAccents<Words>(words: Words): Translated<Words> {
  return changed(words) as Translated<Words>;
}

function changed(words: unknown): unknown {
  if (typeof words === 'string') return withAccents(words);
  if (typeof words === 'function') return (...args: unknown[]) => withAccents(String(words(...args)));
  return Object.fromEntries(Object.entries(words as object).map(([key, value]) => [key, changed(value)]));
}

export function withAccents(words: string): string {
  return words.replace(/[A-Za-z]/g, (letter) => {
    const accent = marked[plain.indexOf(letter.toLowerCase())] ?? letter;
    return letter === letter.toLowerCase() ? accent : accent.toUpperCase();
  });
}

const samples: readonly unknown[] = ['', 0, 1, 2, null];

function sentencesIn(words: unknown): string[] {
  if (typeof words === 'string') return [words];
  if (typeof words === 'function') return samples.flatMap((sample) => said(words, sample));
  return Object.values(words as object).flatMap(sentencesIn);
}

/** A sentence takes its parameters one by one or as one object; trying each sample shows which it accepts. */
function said(sentence: Function, sample: unknown): string[] {
  const together = new Proxy({}, { get: () => sample });
  return [Array.from(sentence.toString().split('=>')[0]?.split(',') ?? [], () => sample), [together]].flatMap(
    (args) => {
      try {
        return [String(sentence(...args))];
      } catch {
        return [];
      }
    },
  );
}
