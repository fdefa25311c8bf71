import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from './root.ts';

/**
 * `npm run check`: every check that does not run the code. `npm run fix` fixes what a program can fix.
 * All checks run, so that one run shows all problems.
 */
type Check = { readonly name: string; readonly command: string; readonly args: readonly string[] };

const fixing = process.argv.includes('--fix');
const checks: readonly Check[] = fixing
  ? [
      { name: 'format', command: 'biome', args: ['check', '--write', '.'] },
      { name: 'lint', command: 'oxlint', args: ['--type-aware', '--fix'] },
    ]
  : [
      { name: 'types', command: 'tsc', args: ['-b'] },
      { name: 'lint and import walls', command: 'oxlint', args: ['--type-aware'] },
      { name: 'format', command: 'biome', args: ['check', '.'] },
      { name: 'names, rooms and words', command: 'node', args: ['build/checks/report.ts'] },
      { name: 'dead code', command: 'knip', args: [] },
    ];

const failed = checks.filter(({ name, command, args }) => {
  process.stderr.write(`transom: ${name}…\n`);
  return spawnSync(join(root, 'node_modules/.bin', command), args, { cwd: root, stdio: 'inherit' }).status !== 0;
});
process.stdout.write(
  failed.length === 0 ? 'check: all well\n' : `check: ${failed.map(({ name }) => name).join(', ')} failed\n`,
);
process.exitCode = failed.length === 0 ? 0 : 1;
