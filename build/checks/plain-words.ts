import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Words that crept in and read like a translation, or for which there is a plainer word. The list is short on purpose: it holds
 * what was written more than once. `instead` is what to write.
 */
const listed: readonly { readonly word: RegExp; readonly instead: string }[] = [
  { word: /\bby (?:itself|themselves)\b/i, instead: 'automatically, on its own, alone' },
  { word: /\banew\b|[a-z]Anew\b/i, instead: 'again; a new one; rebuilt' },
  { word: /\bwaked\b/i, instead: 'woken' },
  { word: /\bdeeds?\b/i, instead: 'change, action, work, what was done' },
  { word: /\bgives? (?:its|the) right back\b/i, instead: 'the one use is restored' },
  { word: /\bcame by\b/i, instead: 'came from, arrived via' },
  { word: /\b(?:most|least|longest|shortest)\w*(?:Ms|Bytes|Count|Mb)\b/, instead: 'max…, min…, …Limit' },
];

/** Recorded versions stay as they were written; the list itself names the words. */
const skipped = /\/recorded\/|^build\/checks\/plain-words|^pnpm-lock\.yaml$|^LICENSE$/;
const isText = /\.(?:ts|tsx|mts|mjs|css|md|json|yaml)$/;

export type Found = { readonly file: string; readonly line: number; readonly word: string; readonly instead: string };

/** Every place under `root`, among the files that belong to the repository or will: new ones too, and none that git ignores. */
export function findForeignWords(root: string): Found[] {
  const listing = ['ls-files', '--cached', '--others', '--exclude-standard'];
  const files = new Set(execFileSync('git', listing, { cwd: root, encoding: 'utf8' }).split('\n'));
  return [...files]
    .filter((file) => isText.test(file) && !skipped.test(file) && existsSync(join(root, file)))
    .flatMap((file) => foundIn(file, readFileSync(join(root, file), 'utf8')));
}

export function foundIn(file: string, text: string): Found[] {
  return text.split('\n').flatMap((content, index) =>
    listed.flatMap(({ word, instead }) => {
      const found = word.exec(content)?.[0];
      return found === undefined ? [] : [{ file, line: index + 1, word: found, instead }];
    }),
  );
}
