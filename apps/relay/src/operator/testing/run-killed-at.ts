import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { shippedRelay } from './shipped-relay.ts';

/** Loaded before the relay: counts the calls, and kills the process before the one that is asked for. */
const countCalls = `
  import fs from 'node:fs';
  import { syncBuiltinESMExports } from 'node:module';
  const { counted, at } = JSON.parse(process.env.TRANSOM_KILLED_AT);
  let calls = 0;
  for (const name of counted) {
    const real = fs[name];
    fs[name] = (...args) => {
      if ((calls += 1) === at) process.kill(process.pid, 'SIGKILL');
      return real(...args);
    };
  }
  syncBuiltinESMExports();
  process.on('exit', () => console.log(calls));
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
export async function runKilledAt({
  command,
  databasePath,
  counted,
  at,
}: Killed): Promise<{ signal: string | null; calls: number }> {
  const preload = `data:text/javascript,${encodeURIComponent(countCalls)}`;
  const child = spawn(process.execPath, ['--import', preload, shippedRelay, ...command], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...process.env,
      DATABASE_URL: `sqlite:${databasePath}`,
      TRANSOM_KILLED_AT: JSON.stringify({ counted, at }),
    },
  });
  let told = '';
  child.stdout.on('data', (data) => (told += String(data)));
  const [, signal] = (await once(child, 'close')) as [number | null, string | null];
  return { signal, calls: Number(told) };
}
