import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readForgotten } from './forgotten-file.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'transom-forgotten-file-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Appends `count` rows in a separate process whose files may not exceed `limitKb`. */
function appends(path: string, count: number, limitKb: number) {
  const script = `
    // Without this the process is ended; with it, a write takes what fits, as on a disk that is filling up.
    process.on('SIGXFSZ', () => undefined);
    const { appendForgotten } = await import(${JSON.stringify(join(import.meta.dirname, 'forgotten-file.ts'))});
    appendForgotten(${JSON.stringify(path)}, Array.from({ length: ${count} }, (_, n) => ({
      agencyId: 'agency', kind: 'unsent', subject: 'account message-' + n, target: null, at: n })));`;
  const node = [process.execPath, '--input-type=module', '--eval', script];
  return spawnSync('bash', ['-c', `ulimit -f ${limitKb}; exec "$@"`, 'bash', ...node], { encoding: 'utf8' });
}

const isLinux = process.platform === 'linux' && existsSync('/bin/bash');
if (!isLinux) console.log('skipped: a limit on the size of files is set by a shell of Linux');

it.skipIf(!isLinux)('reports that the disk took only part of the rows, and continues after it', () => {
  const path = join(folder, 'transom.db.forgotten');
  const cut = appends(path, 500, 8);
  expect([cut.status, cut.stderr]).toEqual([1, expect.stringContaining('EFBIG')]);
  expect(appends(path, 500, 1_000).status).toBe(0);
  const subjects = new Set(readForgotten(path).map(({ subject }) => subject));
  expect(subjects.size).toBe(500);
});
