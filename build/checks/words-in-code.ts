import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeFilesIn, withoutComments } from './source-text.ts';

/**
 * What people read at the desk comes from the catalogue (`packages/shared/src/text`), so that another language needs only that folder.
 * Renderer and hosts contain no texts of their own: no text in JSX, no label, no literal that reads like a sentence.
 */
const watched = ['apps/desktop/renderer', 'apps/desktop/hosts'];

type Exception = { readonly file: string; readonly words: RegExp; readonly why: string };
const exceptions: readonly Exception[] = [
  {
    file: 'apps/desktop/hosts/browser/main.ts',
    words: /^Transom needs Node/,
    why: 'An older Node may not even read the catalogue.',
  },
  { file: 'apps/desktop/hosts/electron/core-supervision.ts', words: /^Transom core$/, why: 'The name of a process.' },
  {
    file: 'apps/desktop/hosts/electron/permissions.ts',
    words: /^A person copies/,
    why: 'Why a permission is granted, for whoever reads the table.',
  },
  { file: 'apps/desktop/hosts/electron/shutdown.ts', words: /^A step of the shutdown/, why: 'A line in the log.' },
  { file: 'apps/desktop/hosts/browser/desk-server.ts', words: /^HTTP\/1\.1/, why: 'Read by browsers.' },
  { file: 'apps/desktop/hosts/bundle/bundle-response.ts', words: /^GET, HEAD$/, why: 'Read by browsers.' },
  { file: 'apps/desktop/renderer/start/open-here.ts', words: /^noopener noreferrer$/, why: 'Read by browsers.' },
];

export type Found = { readonly file: string; readonly line: number; readonly words: string };

/** Each place under `root` that has a text of its own for people. */
export function findWordsInCode(root: string): Found[] {
  return codeFilesIn(root, watched).flatMap((file) => {
    const code = withoutComments(readFileSync(join(root, file), 'utf8'));
    return wordsIn(code)
      .filter(({ words }) => !exceptions.some((each) => each.file === file && each.words.test(words)))
      .map(({ at, words }) => ({ file, line: code.slice(0, at).split('\n').length, words }));
  });
}

/** Exceptions that are no longer needed. */
export function unusedExceptions(root: string): readonly Exception[] {
  return exceptions.filter(
    ({ file, words }) =>
      !wordsIn(withoutComments(readFileSync(join(root, file), 'utf8'))).some((each) => words.test(each.words)),
  );
}

type Said = { readonly at: number; readonly words: string };

const literal = /'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`/g;
/** Text between two tags, of a form that no type or comparison has there. */
const jsxText = /(?<!=)>([\p{L}\p{N}\s.,!?’'“”…–—-]*\p{L}[\p{L}\p{N}\s.,!?’'“”…–—-]*)(?=<\/|<\p{L}|\{)/gu;
/** Before text that a label, a title or a dialog shows, even a single word. */
const shownAs =
  /(?:(?:\b(?:title|placeholder|alt|label)|\baria-(?:label|description|valuetext|roledescription))=\{?|\b(?:label|title|message|detail|body|description|placeholder):\s*|\bbuttons:\s*\[\s*|\bset(?:ToolTip|Title)\()$/u;
const twoWords = /\p{L}{2,}[.,:!?]?\s+\p{L}{2,}/u;
/** Errors are for logs; selectors, queries and file names are for machines. */
const forMachines = /(?:Error|super|closest|querySelector(?:All)?|matches|matchMedia|import|from|\blog)\s*\(?$/u;

function wordsIn(code: string): Said[] {
  const texts = [...code.matchAll(jsxText)]
    .filter(([, words = '']) => !/\s\?|\bextends\b/u.test(words))
    .map((match) => ({ at: match.index + 1 + (match[1] ?? '').search(/\S/u), words: (match[1] ?? '').trim() }));
  const literals = [...code.matchAll(literal)].flatMap((match) => {
    const words = match[0].slice(1, -1).replace(/\$\{[^}]*\}/g, '');
    const before = code.slice(0, match.index).trimEnd();
    const isShown = shownAs.test(before) && /\p{L}{2,}/u.test(words);
    return isShown || (twoWords.test(words) && !forMachines.test(before)) ? [{ at: match.index, words }] : [];
  });
  return [...texts, ...literals];
}
