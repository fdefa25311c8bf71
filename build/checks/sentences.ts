import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeFilesIn, isAt } from './source-text.ts';

/**
 * Sentences for people are in the catalogue (`packages/shared/src/text`), so that a second language is one more file there. Everywhere
 * else passes on a code and parameters. A literal looks like a sentence if it begins with a capital letter or an interpolation,
 * has three words or more, and ends like a sentence or is followed by another one. Logs and SQL are full of words, so fewer would not do
 * here; where everything is drawn, `words-in-code.ts` finds even a single one.
 */
const watched: readonly string[] = [
  'apps/relay/src',
  'packages/shared/src',
  'apps/desktop/contract',
  'apps/desktop/core',
];

/** Where sentences may be, and who reads them. */
const allowed: readonly string[] = [
  // The catalogue.
  'packages/shared/src/text/',
  // The operator, who types commands and reads settings, logs and metrics in English.
  'apps/relay/src/operator/',
  'apps/relay/src/main.ts',
  'apps/relay/src/settings.ts',
  'apps/relay/src/channels/all.ts',
  'apps/relay/src/http/health-routes.ts',
  'apps/relay/src/http/metrics.ts',
  // What is wrong with a database or a key: for the operator's command and the log. Desks get `not_stored`.
  'apps/relay/src/store/',
  'apps/relay/src/vault/',
  // Stored with a webhook that cannot be understood, for the operator who looks at it.
  'apps/relay/src/channels/meta/normalize/delivery.ts',
];

/** Places where a sentence is allowed, by the code before it. */
const notForPeople: readonly RegExp[] = [
  // Errors for developers: expected outcomes are values, and a window never shows an error's text.
  /\bnew \w*Error\(\s*(?:'\w+',\s*)?$/,
  /\bsuper\(\s*$/,
  // The description of the HTTP interface, and what is wrong with a request's shape: for authors of scripts.
  /\b(?:summary|description):\s*$/,
  /\.regex\(\/.*\/,\s*$/,
  /\bcode: 'custom',\s*message:\s*$/,
  // The description of a metric.
  /\.gauge\(\s*'\w+',\s*$/,
];

export type Sentence = { readonly file: string; readonly line: number; readonly words: string };

/** Every sentence for people under `root` that is outside of the catalogue. */
export function findSentences(root: string): Sentence[] {
  return codeFilesIn(root, watched)
    .filter((file) => !isAt(allowed, file))
    .flatMap((file) => sentencesOf(file, readFileSync(join(root, file), 'utf8')));
}

const commentOrText =
  /\/\/[^\n]*|\/\*[\s\S]*?\*\/|"(?<double>(?:\\.|[^"\\\n])*)"|'(?<single>(?:\\.|[^'\\\n])*)'|`(?<template>(?:\\.|[^`\\])*)`/g;
/** Text between tags. */
const markup = /(?<!=)>(?<words>[^<>{}=;()]+)</g;

function sentencesOf(file: string, code: string): Sentence[] {
  const found: Sentence[] = [];
  const note = (index: number, words: string) => {
    if (isSentence(words)) found.push({ file, line: code.slice(0, index).split('\n').length, words: words.trim() });
  };
  for (const { index, groups } of code.matchAll(commentOrText)) {
    const words = groups?.['double'] ?? groups?.['single'] ?? groups?.['template'];
    if (words !== undefined && !notForPeople.some((before) => before.test(code.slice(0, index)))) note(index, words);
  }
  if (file.endsWith('.tsx'))
    for (const { index, groups } of code.matchAll(markup)) note(index, groups?.['words'] ?? '');
  return found;
}

const begins = /^(?:[A-Z][a-z]*|\$\{[^}]*\})(?:’\w+|\\u2019\w+)?,? /;
/** A question mark must follow a letter: in SQL it stands alone. */
const ends = /[\p{L}\d)}’"](?:[.!?…]|\\u2026)(?:$| [A-Z])/u;

function isSentence(literal: string): boolean {
  const words = literal.trim();
  return words.split(/\s+/).length >= 3 && begins.test(words) && ends.test(words);
}
