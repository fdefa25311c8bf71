import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { root } from '../root.ts';
import { findWordsInCode, unusedExceptions } from './words-in-code.ts';

const folder = mkdtempSync(join(tmpdir(), 'transom-words-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function plant(file: string, code: string): void {
  const path = join(folder, 'apps/desktop', file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, code);
}

test('renderer and hosts contain no texts of their own, and no exception is left over', () => {
  expect(findWordsInCode(root)).toEqual([]);
  expect(unusedExceptions(root)).toEqual([]);
});

test('text, labels and sentences are found on their lines', () => {
  plant('renderer/a/text.tsx', 'const a = (\n  <p>\n    Nothing waits\n  </p>\n);');
  plant('renderer/a/word.tsx', 'const a = <b className={css.b}>Send</b>;');
  plant('renderer/a/before.tsx', 'const a = <b>Hello {name}</b>;');
  plant('renderer/a/title.tsx', 'const a = <b\n title="Close">{x}</b>;');
  plant('renderer/a/label.tsx', "const a = <Sign aria-label={'Back'} />;");
  plant('renderer/a/alt.tsx', 'const a = <img alt={`Photo ${n}`} />;');
  plant('renderer/a/field.tsx', "const a = <input placeholder='Name' />;");
  plant('renderer/a/either.tsx', "const a = <b title={isOpen ? 'Not open yet' : undefined} />;");
  plant('renderer/a/said.ts', 'view.say({ words: () => `It is ${n} too late` });');
  plant('hosts/electron/menu.ts', "const a = [{ label: 'Quit' }];");
  plant('hosts/electron/ask.ts', "dialog({\n  buttons: ['Again', quit],\n  detail: 'Sorry' });");
  plant('hosts/electron/tray.ts', "tray.setToolTip('Transom');");
  plant('hosts/browser/run.ts', "// It's ready.\nprocess.stdout.write(`Ready at ${url}\\n`);");
  expect(
    findWordsInCode(folder)
      .map(({ file, line, words }) => `${file.replace('apps/desktop/', '')}:${line} ${words}`)
      .toSorted(),
  ).toEqual([
    'hosts/browser/run.ts:2 Ready at \\n',
    'hosts/electron/ask.ts:2 Again',
    'hosts/electron/ask.ts:3 Sorry',
    'hosts/electron/menu.ts:1 Quit',
    'hosts/electron/tray.ts:1 Transom',
    'renderer/a/alt.tsx:1 Photo ',
    'renderer/a/before.tsx:1 Hello',
    'renderer/a/either.tsx:1 Not open yet',
    'renderer/a/field.tsx:1 Name',
    'renderer/a/label.tsx:1 Back',
    'renderer/a/said.ts:1 It is  too late',
    'renderer/a/text.tsx:3 Nothing waits',
    'renderer/a/title.tsx:2 Close',
    'renderer/a/word.tsx:1 Send',
  ]);
});

test('types, comparisons, comments, errors, selectors and tests are not reported', () => {
  const before = findWordsInCode(folder).length;
  plant(
    'renderer/b/types.tsx',
    'class Row<T> extends Base {}\nconst f = (a: Array<string>) => a.length > max ? <b /> : null;',
  );
  plant('renderer/b/comment.tsx', "// It isn't said.\nconst a = <b>{/* Nor is this */}</b>;");
  plant('renderer/b/error.ts', "throw new Error('This cannot be.');\nconst list = page.closest('input, textarea');");
  plant('renderer/b/word.test.tsx', 'draw(<p>Some words</p>);');
  plant('renderer/testing/some.tsx', 'draw(<p>Some words</p>);');
  plant(
    'renderer/b/shown.tsx',
    'const a = <p title={text.close} data-kind="row" className={`${css.one} ${css.two}`}>{text.hint}</p>;',
  );
  plant('hosts/electron/log.ts', "log('the core was not ready');");
  expect(findWordsInCode(folder)).toHaveLength(before);
});
