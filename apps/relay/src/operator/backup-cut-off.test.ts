import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, onTestFinished } from 'vitest';
import { checkChecksum } from '../store/sqlite/backup.ts';
import { inspectDatabaseFile } from '../store/sqlite/inspect.ts';
import { openSqliteStore } from '../store/sqlite/open.ts';
import { runCommand } from './run-command.ts';
import { runKilledAt } from './testing/run-killed-at.ts';

let folder: string;
let copies: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'transom-backup-'));
  copies = join(folder, 'copies');
  mkdirSync(copies);
  await openSqliteStore(join(folder, 'transom.db')).close();
});
afterEach(() => rmSync(folder, { recursive: true }));

const url = (path: string) => JSON.stringify(new URL(path, import.meta.url).href);
const databaseUrl = (): string => `sqlite:${join(folder, 'transom.db')}`;
const copy = (): string => join(copies, 'copy.db');

async function run(...args: string[]): Promise<{ code: number; people: string }> {
  let people = '';
  const output = { machine: () => undefined, people: (line: string) => void (people += `${line}\n`) };
  const code = await runCommand(args, { DATABASE_URL: databaseUrl() }, output);
  return { code, people };
}
const backUp = () => run('backup', '--to', copy());

function node(script: string, ...args: string[]) {
  const child = spawn(process.execPath, ['--expose-gc', '--input-type=module', '--eval', script, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

/** A backup that another process writes for as long as it lives, even if it keeps no reference to its lock. */
const writing = `
  const { lockWriting } = await import(${url('../store/sqlite/lock.ts')});
  const { writeFileSync } = await import('node:fs');
  if (lockWriting(process.argv[1] + '.unchecked') === null) throw new Error('held');
  writeFileSync(process.argv[1] + '.unchecked', 'half of it');
  globalThis.gc();
  await new Promise((resolve) => setImmediate(resolve));
  console.log('writing');
  setInterval(() => {}, 1_000);
`;

it('refuses plainly if another backup is being written to the same file, and leaves that one alone', async () => {
  const other = node(writing, copy());
  await once(other.stdout, 'data');
  expect(await backUp()).toEqual({
    code: 1,
    people: expect.stringMatching(
      /^Another backup is already being written to .*, so this one was not started\. Choose another name\.\n$/,
    ),
  });
  expect(readFileSync(`${copy()}.unchecked`, 'utf8')).toBe('half of it');
  other.kill('SIGKILL');
  await once(other, 'exit');
  expect(await backUp()).toMatchObject({ code: 0 });
  expect(readdirSync(copies).toSorted()).toEqual(['copy.db', 'copy.db.sha256']);
});

const backUpKilledAt = (to: string, at: number) =>
  runKilledAt({
    command: ['backup', '--to', to],
    databasePath: join(folder, 'transom.db'),
    counted: ['openSync', 'fsyncSync', 'renameSync', 'rmSync', 'chmodSync', 'writeFileSync'],
    at,
  });

it('is either there and checked or not there, wherever it is killed, and the next one clears away what it left', async () => {
  const { calls } = await backUpKilledAt(join(copies, 'whole.db'), 0);
  expect(calls).toBeGreaterThan(10);
  for (const name of readdirSync(copies)) rmSync(join(copies, name));
  // Only every second call, because each one is a process of its own.
  for (let at = 1; at <= calls; at += 2) {
    expect(await backUpKilledAt(copy(), at)).toMatchObject({ signal: 'SIGKILL' });
    if (readdirSync(copies).includes('copy.db')) {
      expect(inspectDatabaseFile(copy())).toMatchObject({ ok: true });
      expect(await checkChecksum(copy())).toBe('same');
      rmSync(copy());
    }
    expect(await backUp()).toMatchObject({ code: 0 });
    expect(readdirSync(copies).toSorted()).toEqual(['copy.db', 'copy.db.sha256']);
    for (const name of readdirSync(copies)) rmSync(join(copies, name));
  }
}, 60_000);

it('clears away what an interrupted copy left, and nothing that belongs to others', async () => {
  const left = [
    '.unchecked',
    '.unchecked-journal',
    '.unchecked.part',
    '.unchecked.part-journal',
    '.unchecked.part-wal',
  ];
  for (const ending of left) writeFileSync(copy() + ending, 'words of a buyer');
  writeFileSync(join(copies, 'other.db.unchecked'), 'of another backup');
  expect(await backUp()).toMatchObject({ code: 0 });
  expect(readdirSync(copies).toSorted()).toEqual(['copy.db', 'copy.db.sha256', 'other.db.unchecked']);
});

it.each(['unchecked', 'unchecked.part', 'restoring', 'restoring-copy'])(
  'restores nothing that ends in .%s, and makes no backup with such a name',
  async (ending) => {
    const unfinished = `${copy()}.${ending}`;
    copyFileSync(join(folder, 'transom.db'), unfinished);
    const before = readFileSync(join(folder, 'transom.db'));
    expect(await run('restore', '--from', unfinished)).toMatchObject({
      code: 1,
      people: expect.stringContaining('has not finished'),
    });
    expect(readFileSync(join(folder, 'transom.db')).equals(before)).toBe(true);
    rmSync(unfinished);
    expect(await run('backup', '--to', unfinished)).toMatchObject({ code: 1 });
    expect(readdirSync(copies)).toEqual([]);
  },
);
