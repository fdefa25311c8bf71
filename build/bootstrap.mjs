// Starts every root command on a machine that has only Node and npm: installs what the repository needs (including the right
// Node, a package from the registry), then runs the command with that Node. Built-in modules only, and old syntax on purpose,
// because an old Node reads this file. Everything it says goes to standard error; standard output belongs to the command.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const oldestBootNode = 20;
const neededNode = 24;

const commands = {
  demo: ['build/demo/main.ts'],
  test: ['build/test.ts'],
  'test:long': ['build/test.ts', '--long'],
  check: ['build/check.ts'],
  fix: ['build/check.ts', '--fix'],
  bench: ['build/bench/main.ts'],
  record: ['build/record/main.ts'],
  relay: ['apps/relay/src/main.ts'],
  simulator: ['packages/simulator/src/main.ts'],
  desktop: ['build/desktop.ts'],
};

function say(line) {
  process.stderr.write(`${line}\n`);
}

function stop(sentence) {
  say(`transom: ${sentence}`);
  process.exit(1);
}

/** A hash of what the packages were installed from. If it is unchanged, there is nothing to do, and no network is needed. */
function installKey() {
  const hash = createHash('sha256');
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json'])
    hash.update(readFileSync(join(root, file)));
  return hash.digest('hex');
}

function install() {
  const stamp = join(root, 'node_modules', '.cache', 'transom-installed');
  const key = installKey();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === key && nodeToUse() !== null) return;
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  say('transom: installing what this needs. The first time takes about half a minute; afterwards a second.');
  const npm = npmCommand();
  // Run npm with its own Node: a bare `npx` would use the Node installed below, which does not know this machine's npm settings.
  const result = spawnSync(
    npm.command,
    [
      ...npm.args,
      'exec',
      '--yes',
      '--prefer-offline',
      '--loglevel=error',
      '--no-update-notifier',
      '--',
      packageManager,
      'install',
      '--frozen-lockfile',
      '--prefer-offline',
      '--reporter=append-only',
    ],
    { cwd: root, stdio: ['ignore', 2, 2] },
  );
  if (result.status !== 0) {
    stop(
      'the packages could not be installed. The lines above say why. Most often the registry cannot be reached; then run the same command again when it can.',
    );
  }
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, key);
}

function npmCommand() {
  const { npm_node_execpath: node, npm_execpath: npm } = process.env;
  if (node && npm && existsSync(node) && existsSync(npm)) return { command: node, args: [npm] };
  return { command: process.platform === 'win32' ? 'npm.cmd' : 'npm', args: [] };
}

/** The Node to run with: the installed one if its package exists for this system, else the running one if it is new enough. */
function nodeToUse() {
  const installed = join(root, 'node_modules', '.bin', 'node');
  for (const candidate of [installed, process.execPath]) {
    if (candidate !== process.execPath && !existsSync(candidate)) continue;
    const { status, stdout } = spawnSync(candidate, ['-p', 'process.versions.node.split(".")[0]'], {
      encoding: 'utf8',
    });
    if (status === 0 && Number(stdout) >= neededNode) return candidate;
  }
  return null;
}

/** Flags for the relay's Node, so that a rush of desks does not permanently take a quarter of a small machine's memory. */
function flagsFor(name) {
  if (name !== 'relay') return [];
  return JSON.parse(readFileSync(join(root, 'apps/relay/package.json'), 'utf8')).config.nodeFlags;
}

const [name, ...args] = process.argv.slice(2);
const command = commands[name];
if (command === undefined) stop(`there is no command "${name}". There are: ${Object.keys(commands).join(', ')}.`);
if (Number(process.versions.node.split('.')[0]) < oldestBootNode) {
  stop(
    `this is Node ${process.versions.node}. Install Node ${oldestBootNode} or newer from nodejs.org and run the same command again.`,
  );
}
install();
const node = nodeToUse();
if (node === null) {
  stop(
    `Node ${neededNode} is needed and this is Node ${process.versions.node}; no package with Node ${neededNode} exists for ${process.platform} on ${process.arch}. Install Node ${neededNode} from nodejs.org.`,
  );
}
const child = spawn(node, [...flagsFor(name), join(root, command[0]), ...command.slice(1), ...args], {
  cwd: process.env.INIT_CWD && (name === 'relay' || name === 'simulator') ? process.env.INIT_CWD : root,
  stdio: 'inherit',
  env: {
    ...process.env,
    PATH: `${join(root, 'node_modules', '.bin')}${process.platform === 'win32' ? ';' : ':'}${process.env.PATH}`,
  },
});
// A signal to this process is meant for the command it started. A terminal signals both, and a second signal would mean "immediately".
process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'));
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill('SIGTERM'));
// npm stops its shell, and the shell ends without telling us: then nobody wants this to run any longer.
const { ppid } = process;
setInterval(() => process.ppid === ppid || child.kill('SIGTERM'), 500).unref();
child.on('exit', (code) => process.exit(code === null ? 1 : code));
