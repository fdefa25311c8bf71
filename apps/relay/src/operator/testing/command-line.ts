import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Simulator, startSimulator } from '@transom/simulator';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { runCommand } from '../run-command.ts';
import { shippedRelay } from './shipped-relay.ts';

export const deadlineMs = 20_000;
/** The folder in which the commands run, a new one for each test. */
export let folder: string;
let relays: ChildProcessWithoutNullStreams[];
export let simulator: Simulator;

/** Call this once in a test file: each test gets a folder, and the file a simulator in Meta's place. */
export function useCommandLine(): void {
  beforeAll(async () => {
    simulator = await startSimulator({ instagramAppSecret: 'is', facebookAppSecret: 'fs' });
  });
  afterAll(async () => {
    await simulator.close();
    for (const { folder: kept } of founded.values()) rmSync(kept, { recursive: true });
    founded.clear();
  });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'transom-cli-'));
    relays = [];
  });
  afterEach(async () => {
    await Promise.all(
      relays.map(
        (relay) =>
          new Promise((resolve) => {
            if (relay.exitCode !== null || relay.signalCode !== null) return resolve(null);
            relay.on('exit', resolve).kill('SIGKILL');
          }),
      ),
    );
    rmSync(folder, { recursive: true });
  });
}

function start(args: readonly string[], env: Record<string, string> = {}): ChildProcessWithoutNullStreams {
  const child = spawn(process.execPath, [shippedRelay, ...args], {
    cwd: folder,
    env: {
      PATH: process.env['PATH'],
      PORT: '0',
      NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
      META_INSTAGRAM_GRAPH_URL: `${simulator.url}/instagram`,
      META_FACEBOOK_GRAPH_URL: `${simulator.url}/facebook`,
      FACEBOOK_APP_SECRET: 'fs',
      ...env,
    },
  });
  relays.push(child);
  return child;
}

/** Parsed JSON: the expectations say what is in it. */
type Json = ReturnType<typeof JSON.parse>;
type Ended = { code: number | null; lines: Json[]; people: string };
function ended(child: ChildProcessWithoutNullStreams): Promise<Ended> {
  let machine = '';
  let people = '';
  child.stdout.on('data', (bytes) => {
    machine += bytes;
  });
  child.stderr.on('data', (bytes) => {
    people += bytes;
  });
  return new Promise((resolve) =>
    child.on('close', (code) =>
      resolve({
        code,
        people,
        lines: machine
          .split('\n')
          .filter((line) => line !== '')
          .map((line) => JSON.parse(line) as unknown),
      }),
    ),
  );
}
export const run = (args: readonly string[], env?: Record<string, string>) => ended(start(args, env));

/** Starts a relay that serves; `end` is how it ended. */
export async function serve(env: Record<string, string> = {}) {
  const child = start(['serve', '--json'], env);
  const end = ended(child);
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.once('data', (bytes: Buffer) => resolve((JSON.parse(bytes.toString()) as { url: string }).url));
    void end.then(({ people }) => reject(new Error(people)));
  });
  return { child, end, url };
}
type Agency = { agencyId: string; ownerCode: string };
/** What setting up the first agency left in a folder, by agency name: most tests begin with it, so it is made once and copied. */
const founded = new Map<string, { readonly folder: string; readonly agency: Agency }>();

export async function setup(name = 'Nordic Saunas'): Promise<Agency> {
  const known = founded.get(name);
  const isFirst = readdirSync(folder).length === 0;
  if (isFirst && known !== undefined) {
    cpSync(known.folder, folder, { recursive: true });
    return known.agency;
  }
  const { lines, people } = await run(['setup', '--agency', name, '--plan', 'plus', '--json']);
  if (lines.length !== 1) throw new Error(people);
  if (isFirst) {
    const kept = mkdtempSync(join(tmpdir(), 'transom-founded-'));
    cpSync(folder, kept, { recursive: true });
    founded.set(name, { folder: kept, agency: lines[0] });
  }
  return lines[0];
}

/** Runs a command in this process, for output that needs no folder of its own. */
export async function say(args: readonly string[]): Promise<Ended> {
  const lines: Json[] = [];
  let people = '';
  const env = { DATABASE_URL: `sqlite:${database()}` };
  const code = await runCommand(args, env, {
    machine: (line) => void lines.push(JSON.parse(line)),
    people: (line) => {
      people += `${line}\n`;
    },
  });
  return { code, lines, people };
}
export const database = () => join(folder, 'data', 'transom.db');
