import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './root.ts';

/**
 * `npm test`: runs every test, and ends with one line, `N passed, N failed`. Arguments are passed to vitest. `npm run test:long` is the other tier, `tests/long`: for hours if needed, one file at a time, with figures as JSON lines.
 */
const [tier, ...rest] = process.argv.slice(2);
const isLong = tier === '--long';
const report = join(root, 'artifacts', isLong ? 'long-tests.json' : 'tests.json');
mkdirSync(join(root, 'artifacts'), { recursive: true });
rmSync(report, { force: true });
const { status } = spawnSync(
  process.execPath,
  [
    join(root, 'node_modules/vitest/vitest.mjs'),
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
    ...(isLong ? ['--config', join(root, 'vitest.long.config.ts'), ...rest] : process.argv.slice(2)),
  ],
  { cwd: root, stdio: 'inherit' },
);
process.stdout.write(`${closingLine(status)}\n`);
process.exitCode = status === 0 ? 0 : 1;

type Report = { numPassedTests: number; numFailedTests: number; numPendingTests: number };

function closingLine(exitStatus: number | null): string {
  let counts: Report = { numPassedTests: 0, numFailedTests: 0, numPendingTests: 0 };
  try {
    counts = JSON.parse(readFileSync(report, 'utf8')) as Report;
  } catch {
    process.stderr.write('transom: the test runner left no report; it stopped before the end.\n');
  }
  // A file that cannot be loaded fails the run without a failed test, so it counts as one.
  const failed = exitStatus === 0 ? counts.numFailedTests : Math.max(1, counts.numFailedTests);
  if (counts.numPendingTests > 0) process.stdout.write(`${counts.numPendingTests} skipped; each said above why.\n`);
  return `${counts.numPassedTests} passed, ${failed} failed`;
}
