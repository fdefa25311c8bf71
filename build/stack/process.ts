import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** A real process of the stack, with the JSON line in which it said that it is ready. */
export type Running<Ready> = {
  readonly ready: Ready;
  readonly pid: number;
  /** What it wrote to standard error, to find out why something failed. */
  readonly log: () => string;
  /** Asks it to end and waits; kills it after five seconds. */
  stop(): Promise<void>;
  /** Ends it as a power failure would. */
  kill(): Promise<void>;
};

export type Start = {
  readonly name: string;
  readonly script: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly nodeArgs?: readonly string[];
};

/** Starts a script with this Node and waits for its first JSON line on standard output. Rejects with its log if it ends before. */
export async function start<Ready>({ name, script, args, env = {}, nodeArgs = [] }: Start): Promise<Running<Ready>> {
  const child = spawn(process.execPath, [...nodeArgs, script, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const log: string[] = [];
  child.stderr.setEncoding('utf8').on('data', (text: string) => log.push(text));
  const ready = await firstJsonLine<Ready>(child, name, log);
  return {
    ready,
    pid: child.pid ?? 0,
    log: () => log.join(''),
    stop: () => end(child, 'SIGTERM'),
    kill: () => end(child, 'SIGKILL'),
  };
}

async function firstJsonLine<Ready>(child: ChildProcess, name: string, log: readonly string[]): Promise<Ready> {
  if (child.stdout === null) throw new Error(`${name} has no standard output.`);
  const lines = createInterface({ input: child.stdout });
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`${name} ended with ${String(code)} before it was ready.\n${log.join('')}`);
  });
  const spoken = (async () => {
    for await (const line of lines) if (line.startsWith('{')) return JSON.parse(line) as Ready;
    return ended;
  })();
  return Promise.race([spoken, ended]);
}

async function end(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill(signal);
  const impatience = setTimeout(() => child.kill('SIGKILL'), 5_000);
  await gone;
  clearTimeout(impatience);
}
