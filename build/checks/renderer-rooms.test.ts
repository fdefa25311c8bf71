import { execFileSync } from 'node:child_process';
import { cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, posix } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../root.ts';

/** The renderer's rooms form no cycle: none imports, directly or indirectly, from a room that imports from it. */
const renderer = join(root, 'apps/desktop/renderer');
const relativeImport = /from '(\.[^']+)'/g;
type Rooms = ReadonlyMap<string, ReadonlySet<string>>;

test('no room of the renderer leads back to itself', () => {
  const files = globSync('*/**/*.{ts,tsx}', { cwd: renderer }).filter((file) => !/(^|\/)test-|\.test\./.test(file));
  const rooms = importsOf(files.map((file) => ({ file, code: readFileSync(join(renderer, file), 'utf8') })));
  expect(rooms.get('shell')?.has('thread')).toBe(true);
  expect([...rooms.keys()].filter((room) => leadsTo(room, room, rooms))).toEqual([]);
});

test('a room that leads back to itself is found, even through other rooms and only for a type', () => {
  const rooms = importsOf([
    { file: 'parts/button.tsx', code: "import type { Key } from '../keyboard/key.ts';" },
    { file: 'keyboard/keys.ts', code: "import { Shell } from '../shell/shell.tsx';" },
    { file: 'shell/shell.tsx', code: "import { Button } from '../parts/button.tsx';" },
    { file: 'shell/app.tsx', code: "import { Thread } from '../thread/thread.tsx';" },
  ]);
  expect([...rooms.keys()].filter((room) => leadsTo(room, room, rooms))).toEqual(['parts', 'keyboard', 'shell']);
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

function importsOf(sources: readonly Source[]): Rooms {
  const rooms = new Map<string, Set<string>>();
  for (const { file, code } of sources) {
    const room = roomOf(file);
    const known = rooms.get(room) ?? new Set();
    rooms.set(room, known);
    for (const [, path = ''] of code.matchAll(relativeImport)) {
      const target = posix.join(posix.dirname(file), path);
      // Files directly in the renderer's folder join rooms and belong to none.
      if (!target.startsWith('..') && target.includes('/') && roomOf(target) !== room) known.add(roomOf(target));
    }
  }
  return rooms;
}

const roomOf = (file: string): string => file.split('/')[0] ?? '';

function leadsTo(from: string, to: string, rooms: Rooms, passed = new Set<string>()): boolean {
  return [...(rooms.get(from) ?? [])].some((room) => {
    if (room === to) return true;
    if (passed.has(room)) return false;
    passed.add(room);
    return leadsTo(room, to, rooms, passed);
  });
}

type Diagnostic = { readonly code?: string; readonly filename: string };

function lint(planted: readonly Source[]): readonly Diagnostic[] {
  const folder = mkdtempSync(join(tmpdir(), 'transom-rooms-'));
  try {
    cpSync(join(root, '.oxlintrc.json'), join(folder, '.oxlintrc.json'));
    for (const { file, code } of planted) {
      const path = join(folder, 'apps/desktop/renderer', file);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, `${code}\n`);
    }
    return (JSON.parse(run(folder)) as { diagnostics: Diagnostic[] }).diagnostics;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
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
