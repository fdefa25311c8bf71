/**
 * How text becomes searchable. Words separated by spaces go to the `words` index, which also finds their beginnings. Scripts
 * without spaces (Japanese, Chinese, Thai, Lao, Khmer, Burmese) have no spaces to split at: those texts go to the `pairs`
 * index as every two neighboring characters, and a query is a phrase of its own pairs, which finds exactly that part of a
 * text. Emoji are not words either: they go to the `pairs` index one by one. Pairs rather than SQLite's trigrams, because two
 * characters are a common query in Chinese and Japanese.
 */
const spaceless =
  /[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

/** A flag is a pair of regional indicators. */
const emoji = /\p{Extended_Pictographic}|\p{Regional_Indicator}{2}/gu;

function isSpaceless(text: string): boolean {
  return spaceless.test(text);
}

/** Whether a text is in the `pairs` index too. */
export function needsPairs(text: string): boolean {
  // Most texts have neither, and most of those are ASCII.
  return !/^[\0-\x7f]*$/.test(text) && (isSpaceless(text) || emojiIn(text).length > 0);
}

/**
 * The emoji of a text as words of their own, because SQLite ignores emoji that are newer than its tables. One that is joined from
 * several counts as each of them. Signs below U+2000 that could be drawn as emoji, such as \u00a9, are left out.
 */
function emojiIn(text: string): string[] {
  const signs = (text.match(emoji) ?? []).filter((sign) => sign >= '\u2000');
  return signs.map((sign) => Array.from(sign, (part) => `u${part.codePointAt(0)?.toString(16)}`).join(''));
}

/** The text for the `pairs` index: for "abc" it is "ab bc c", so that the last character alone is found as a prefix. */
export function pairsOf(text: string): string {
  const runs = isSpaceless(text) ? runsOf(text) : [];
  const pairs = runs.map((run) => run.map((character, index) => character + (run[index + 1] ?? '')).join(' '));
  return [...pairs, ...emojiIn(text)].join(' ');
}

export type SearchQuery = { readonly index: 'words' | 'pairs'; readonly match: string };

/** What to ask the full-text index for, or null if there is nothing to look for. All terms must be found. */
export function searchQuery(text: string): SearchQuery | null {
  if (isSpaceless(text)) {
    return {
      index: 'pairs',
      match: firstTerms(
        runsOf(text).map((run) => (run.length === 1 ? `${quote(run.join(''))}*` : quote(phraseOf(run)))),
      ).join(' '),
    };
  }
  const terms = wordsOf(text);
  if (terms.length > 0) return { index: 'words', match: terms.map(beginning).join(' ') };
  const signs = emojiIn(text);
  return signs.length === 0 ? null : { index: 'pairs', match: firstTerms(signs.map(quote)).join(' ') };
}

/** The terms that the `words` index is asked for. */
export function wordsOf(text: string): string[] {
  return firstTerms(text.split(/\s+/u).filter((term) => /[\p{L}\p{N}\p{Co}]/u.test(term)));
}

/** Each term costs a walk through all its hits, which for a single letter is nearly everything. A thirteenth narrows little. */
const maxTerms = 12;
function firstTerms(terms: readonly string[]): string[] {
  const distinct = new Map<string, string>();
  for (const term of terms) {
    if (distinct.size >= maxTerms) break;
    const folded = term.toLowerCase();
    if (!distinct.has(folded)) distinct.set(folded, term);
  }
  return [...distinct.values()];
}

/** Finds words that begin with this term. */
export function beginning(term: string): string {
  return `${quote(term)}*`;
}

function phraseOf(run: readonly string[]): string {
  return run
    .slice(0, -1)
    .map((character, index) => character + run[index + 1])
    .join(' ');
}

/** Characters between spaces, each folded separately, so that a part of a text folds to a part of the folded text. */
function runsOf(text: string): string[][] {
  return Array.from(text, foldForPairs)
    .join('')
    .split(/[\s\p{C}]+/u)
    .filter((run) => run !== '')
    .map((run) => Array.from(run));
}

function foldForPairs(character: string): string {
  return character < '\x80' ? character.toLowerCase() : character.normalize('NFKC').toLowerCase();
}

function foldForWords(character: string): string {
  return character < '\x80' ? character.toLowerCase() : character.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}

export function quote(phrase: string): string {
  return `"${phrase.replaceAll('"', '""').replaceAll('\0', '')}"`;
}

export type Excerpt = { readonly excerpt: string; readonly marks: [number, number][] };
const excerptBefore = 40;
const excerptAfter = 120;

/** Cuts excerpts from texts found for `query`: a piece around the first term, and where the terms are, in UTF-16 units. */
export function excerptsFor(query: string): (text: string) => Excerpt {
  const wholeWords = !isSpaceless(query);
  const fold = wholeWords ? foldForWords : foldForPairs;
  const folded = query.split(/\s+/u).map((word) => Array.from(word, fold).join(''));
  const terms = firstTerms(folded.filter((term) => term !== ''));
  return (text) => cutOut(text, findTerms(text, terms, fold, wholeWords));
}

function cutOut(text: string, found: readonly [number, number][]): Excerpt {
  const first = found[0]?.[0] ?? 0;
  const start = first <= excerptBefore ? 0 : evenOut(text, first - excerptBefore);
  const end = Math.min(text.length, evenOut(text, start + excerptBefore + excerptAfter));
  const lead = start === 0 ? '' : '\u2026';
  const shift = lead.length - start;
  const marks = found
    .filter(([from, to]) => from >= start && to <= end)
    .map(([from, to]): [number, number] => [from + shift, to + shift]);
  return { excerpt: `${lead}${text.slice(start, end)}${end < text.length ? '\u2026' : ''}`, marks };
}

function findTerms(
  text: string,
  terms: readonly string[],
  fold: (character: string) => string,
  atWordStart: boolean,
): [number, number][] {
  const { folded, sourceOf } = foldText(text, fold);
  const marks: [number, number][] = [];
  for (const term of terms) {
    for (let at = folded.indexOf(term); at >= 0; at = folded.indexOf(term, at + term.length)) {
      if (atWordStart && beginsAsWord.test(term) && isInsideWord(folded, at)) continue;
      marks.push([sourceOf(at), sourceOf(at + term.length)]);
    }
  }
  // Hits of one term are in order; those of several may overlap.
  if (terms.length === 1) return marks;
  return marks
    .sort((one, other) => one[0] - other[0])
    .filter((mark, index, all) => index === 0 || mark[0] >= (all[index - 1]?.[1] ?? 0));
}

type Folded = { readonly folded: string; readonly sourceOf: (at: number) => number };

/** The folded text, and for each offset in it, the offset in `text` that it came from. */
function foldText(text: string, fold: (character: string) => string): Folded {
  if (foldsInPlace(text, fold)) return { folded: text.toLowerCase(), sourceOf: (at) => at };
  const source: number[] = [];
  let folded = '';
  let offset = 0;
  for (const character of text) {
    const part = fold(character);
    for (let unit = 0; unit < part.length; unit += 1) source.push(offset);
    folded += part;
    offset += character.length;
  }
  return { folded, sourceOf: (at) => source[at] ?? text.length };
}

const beginsAsWord = /^[\p{L}\p{N}]/u;
function isInsideWord(text: string, at: number): boolean {
  if (at === 0) return false;
  const before = text.charCodeAt(at - 1);
  // Most texts are Latin, and a single letter occurs in them a hundred times.
  if (before < 0x80) return (before >= 0x61 && before <= 0x7a) || (before >= 0x30 && before <= 0x39);
  return /[\p{L}\p{N}]$/u.test(text.slice(Math.max(0, at - 2), at));
}

/** Folding most texts only changes upper to lower case, character by character, and needs no map. */
function foldsInPlace(text: string, fold: (character: string) => string): boolean {
  if (/^[\0-\x7f]*$/.test(text)) return true;
  return fold === foldForPairs && text.normalize('NFKC') === text && text.toLowerCase().length === text.length;
}

/** Never splits a character of two units. */
function evenOut(text: string, at: number): number {
  const unit = text.charCodeAt(at);
  return unit >= 0xdc00 && unit <= 0xdfff ? at - 1 : at;
}
