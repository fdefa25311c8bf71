import { mkdir, writeFile } from 'node:fs/promises';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import { root } from '../root.ts';
import { readOptions } from './options.ts';
import { resultOf, type SuiteResult, tableOf } from './report.ts';
import type { Suite } from './suite.ts';
import { firstRow } from './suites/first-row.ts';
import { idle } from './suites/idle.ts';
import { intake } from './suites/intake.ts';
import { live } from './suites/live.ts';
import { painted } from './suites/painted.ts';
import { search } from './suites/search.ts';
import { thread } from './suites/thread.ts';

/**
 * `npm run bench`: how fast Transom is, each figure as a ratio to the plainest program that keeps the same promise, both in one
 * run on one machine. Absolute figures drift on a busy machine; ratios of alternating slices hardly do.
 */
const suites: readonly Suite[] = [intake, live, painted, thread, firstRow, search, idle];

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

async function main(): Promise<number> {
  const read = readOptions(
    process.argv.slice(2),
    suites.map(({ name }) => name),
  );
  if (!read.ok) {
    say(`${read.problem}\nnpm run bench -- [suite…] [--quick] [--json]`);
    return 2;
  }
  const { options } = read;
  const machine = { cores: availableParallelism(), node: process.version, loadAtStart: loadavg()[0] };
  const results: SuiteResult[] = [];
  for (const suite of suites.filter(({ name }) => options.suites.includes(name))) {
    say(`bench: ${suite.name}…`);
    const from = performance.now();
    const answer = await suite.run({ quick: options.quick, say }).catch((error: unknown) => {
      say(error instanceof Error ? (error.stack ?? error.message) : String(error));
      return {
        skipped: `it failed: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`,
        failed: true,
      };
    });
    if ('failed' in answer) process.exitCode = 1;
    const result = resultOf(suite, answer, performance.now() - from);
    results.push(result);
    if (!options.json) process.stdout.write(tableOf(result));
  }
  const all = { at: new Date().toISOString(), machine, quick: options.quick, results };
  if (options.json) process.stdout.write(`${JSON.stringify(all)}\n`);
  const file = join(root, 'artifacts/bench.json');
  await mkdir(join(root, 'artifacts'), { recursive: true });
  await writeFile(file, `${JSON.stringify(all, null, 2)}\n`);
  say(`bench: everything is in ${file}`);
  return Number(process.exitCode ?? 0);
}

process.exit(await main());
