import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { root } from '../root.ts';
import { roomsThatLeadBack } from './renderer-rooms.ts';

const renderer = 'apps/desktop/renderer';

test('no room of the renderer leads back to itself', () => {
  expect(roomsThatLeadBack(join(root, renderer))).toEqual([]);
});

test('a room that leads back to itself is found, even through other rooms and only for a type', () => {
  const folder = folderWith([
    { file: 'parts/button.tsx', code: "import type { Key } from '../keyboard/key.ts';" },
    { file: 'keyboard/keys.ts', code: "import { Shell } from '../shell/shell.tsx';" },
    { file: 'shell/shell.tsx', code: "import { Button } from '../parts/button.tsx';" },
    { file: 'shell/app.tsx', code: "import { Thread } from '../thread/thread.tsx';" },
    { file: 'thread/thread.tsx', code: "import { app } from '../../core/app.ts';" },
    { file: 'thread/thread.test.tsx', code: "import { App } from '../shell/app.tsx';" },
  ]);
  expect(roomsThatLeadBack(join(folder, renderer)).toSorted()).toEqual(['keyboard', 'parts', 'shell']);
});

test('the linter reports a cycle of types and a function that is too long', () => {
  const lines = Array.from({ length: 61 }, (_, index) => `  let a${index} = ${index};`);
  const found = lint([
    { file: 'stores/a.ts', code: "import type { B } from './b.ts';\nexport type A = { b: B };" },
    { file: 'stores/b.ts', code: "import type { A } from './a.ts';\nexport type B = { a: A };" },
    { file: 'stores/c.ts', code: `export function long() {\n${lines.join('\n')}\n}` },
  ]);
  expect(found.filter(({ code }) => code?.includes('no-cycle')).map(({ filename }) => filename)).toEqual(
    expect.arrayContaining(['apps/desktop/renderer/stores/a.ts', 'apps/desktop/renderer/stores/b.ts']),
  );
  expect(found.filter(({ code }) => code?.includes('max-lines-per-function')).map(({ filename }) => filename)).toEqual([
    'apps/desktop/renderer/stores/c.ts',
  ]);
});

type Source = { readonly file: string; readonly code: string };
type Diagnostic = { readonly code?: string; readonly filename: string };

/** A folder that looks like the repository, with these files in the renderer. */
function folderWith(planted: readonly Source[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'transom-rooms-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const { file, code } of planted) {
    const path = join(folder, renderer, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `${code}\n`);
  }
  return folder;
}

function lint(planted: readonly Source[]): readonly Diagnostic[] {
  const folder = folderWith(planted);
  cpSync(join(root, '.oxlintrc.json'), join(folder, '.oxlintrc.json'));
  return (JSON.parse(run(folder)) as { diagnostics: Diagnostic[] }).diagnostics;
}

function run(folder: string): string {
  try {
    return execFileSync(join(root, 'node_modules/.bin/oxlint'), ['--format', 'json'], {
      cwd: folder,
      encoding: 'utf8',
    });
  } catch (error) {
    // It exits with 1 because it found something, as it should.
    return (error as { stdout: string }).stdout;
  }
}
