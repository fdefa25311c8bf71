import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it, onTestFinished, test } from 'vitest';
import { root } from '../root.ts';
import { findSentences } from './sentences.ts';

test('our own code shows people no sentence from outside the catalogue', () => {
  expect(findSentences(root)).toEqual([]);
});

/** A check that looked at nothing finds nothing. */
it.each([
  [
    'apps/relay/src/inbox/gate.ts',
    "const it = 1;\nreturn { detail: 'The window is closed.' };",
    2,
    'The window is closed.',
  ],
  [
    'apps/relay/src/inbox/deny.ts',
    'deny(id, `${name} looked: it did not arrive.`);',
    1,
    '${name} looked: it did not arrive.',
  ],
  [
    'apps/relay/src/outbound/a.ts',
    "const why = 'Not sure it went out. Checking\\u2026';",
    1,
    'Not sure it went out. Checking\\u2026',
  ],
  ['apps/relay/src/http/page.ts', 'answer(`<p>${day}</p>` + "Is it there?");', 1, 'Is it there?'],
  ['packages/shared/src/rules.ts', "why(\n  'Viewers can read. ' +\n    rest)", 2, null],
  ['packages/shared/src/more.ts', "why('Viewers can read. They ' + verb)", 1, 'Viewers can read. They'],
  [
    'apps/desktop/contract/views.ts',
    "const hint = 'Meta\u2019s rules do not allow this.';",
    1,
    'Meta\u2019s rules do not allow this.',
  ],
  ['apps/desktop/core/deep/alerts.ts', "notify('Maya', 'A reply was held.')", 1, 'A reply was held.'],
  ['apps/desktop/core/view.tsx', '<b>\n  Nothing was sent.\n</b>', 1, 'Nothing was sent.'],
])('finds a sentence in %s', (file, code, line, words) => {
  expect(findSentences(folderWith(file, code))).toEqual([{ file, line, words: words ?? 'Viewers can read.' }]);
});

it.each([
  ['the catalogue', 'packages/shared/src/text/en/refusals.ts', "const a = 'The text is empty.';"],
  ['a command of the operator', 'apps/relay/src/operator/doctor.ts', "well('All is well here.');"],
  ['an error', 'apps/relay/src/inbox/a.ts', "throw new StoreError('io', 'The disk is gone.');"],
  ['a class of errors', 'apps/relay/src/inbox/b.ts', 'constructor() { super(`The ${thing} is gone.`); }'],
  ['the interface for scripts', 'apps/relay/src/http/c.ts', "meta({ description: 'Times are integers.' })"],
  ['a comment', 'apps/desktop/core/d.ts', '// This is not "Said to anybody."\n/* Nor is `This one here.` */'],
  ['SQL', 'apps/desktop/core/e.ts', "prepare('SELECT a FROM b WHERE c = ?'); prepare(`${select} WHERE a = ?`);"],
  ['a log line', 'apps/relay/src/intake/f.ts', "log.warn('a webhook was refused; Meta comes again');"],
  ['a test', 'apps/relay/src/inbox/g.test.ts', "expect('The window is closed.');"],
])('does not report %s', (_, file, code) => {
  expect(findSentences(folderWith(file, code))).toEqual([]);
});

function folderWith(file: string, code: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'transom-sentences-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const watched of [
    'apps/relay/src',
    'packages/shared/src',
    'apps/desktop/contract',
    'apps/desktop/core',
    dirname(file),
  ])
    mkdirSync(join(folder, watched), { recursive: true });
  writeFileSync(join(folder, file), code);
  return folder;
}
