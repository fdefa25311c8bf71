import { spawn } from 'node:child_process';
import { once } from 'node:events';

const script = `
  import fs from 'node:fs';
  import { syncBuiltinESMExports } from 'node:module';
  const { runCommand } = await import(${JSON.stringify(new URL('../run-command.ts', import.meta.url).href)});
  const { command, databasePath, counted, at } = JSON.parse(process.argv[1]);
  let calls = 0;
  for (const name of counted) {
    const real = fs[name];
    fs[name] = (...args) => {
      if ((calls += 1) === at) process.kill(process.pid, 'SIGKILL');
      return real(...args);
    };
  }
  syncBuiltinESMExports();
  const output = { machine() {}, people(line) { console.error(line); } };
  process.exitCode = await runCommand(command, { DATABASE_URL: 'sqlite:' + databasePath }, output);
  console.log(calls);
`;

type Killed = {
  readonly command: readonly string[];
  readonly databasePath: string;
  /** The functions of `node:fs` whose calls are counted. */
  readonly counted: readonly string[];
  /** The call before which the process kills itself; 0 for none. */
  readonly at: number;
};

/** Runs an operator command in a process that kills itself halfway; returns the signal that ended it and the number of calls it got to. */
export async function runKilledAt(killed: Killed): Promise<{ signal: string | null; calls: number }> {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script, JSON.stringify(killed)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let told = '';
  child.stdout.on('data', (data) => (told += String(data)));
  const [, signal] = (await once(child, 'close')) as [number | null, string | null];
  return { signal, calls: Number(told) };
}
