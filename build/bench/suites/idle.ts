import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { relayScript } from '../../ensure-built.ts';
import { root } from '../../root.ts';
import { start } from '../../stack/process.ts';
import { startStack } from '../../stack/stack.ts';
import { median } from '../figures.ts';
import type { Suite } from '../suite.ts';

/** After being idle this long, memory no longer changes. */
const settleMs = 1_500;
const relayFolder = join(root, 'apps/relay');
const rolldown = join(relayFolder, 'node_modules/rolldown/bin/cli.mjs');
const floorBundle = join(root, 'node_modules/.cache/transom-bench/idle-floor.mjs');

type Boot = { readonly listeningMs: number; readonly rssMb: number };

export const idle: Suite = {
  name: 'idle',
  question:
    'A bundled relay that has nothing to do: memory after its start, and the time until it listens, against fastify, Socket.IO and SQLite bundled the same way.',
  async run({ quick, say }) {
    if (process.platform !== 'linux')
      return { skipped: 'memory of a process is read from /proc, which only Linux has.' };
    await bundleFloor();
    const stack = await startStack();
    await stack.stopRelay('stop');
    const dir = await mkdtemp(join(tmpdir(), 'transom-bench-'));
    try {
      const relayEnv = { ...stack.env, PORT: '0' };
      const relays: Boot[] = [];
      const floors: Boot[] = [];
      for (let round = 0; round <= (quick ? 2 : 6); round += 1) {
        const relay = await boot(relayScript, ['serve', '--json'], relayEnv);
        const floor = await boot(floorBundle, ['--db', join(dir, 'floor.db')], {});
        // The first start reads files from disk that later ones find in memory.
        if (round === 0) continue;
        relays.push(relay);
        floors.push(floor);
        say(`idle: round ${round}`);
      }
      const ratios = (of: (boot: Boot) => number) =>
        relays.map((relay, round) => of(relay) / of(floors[round] ?? relay));
      return [
        {
          what: 'resident memory, MB',
          ours: median(relays.map(({ rssMb }) => rssMb)),
          floor: median(floors.map(({ rssMb }) => rssMb)),
          ratios: ratios(({ rssMb }) => rssMb),
          goal: { id: 'G20', of: 'ratio', bound: 'at most', value: 1.35 },
        },
        {
          what: 'start to listening, ms',
          ours: median(relays.map(({ listeningMs }) => listeningMs)),
          floor: median(floors.map(({ listeningMs }) => listeningMs)),
          ratios: ratios(({ listeningMs }) => listeningMs),
          goal: { id: 'G20', of: 'ratio', bound: 'at most', value: 2 },
        },
      ];
    } finally {
      await stack.close();
      await rm(dir, { recursive: true, force: true });
    }
  },
};

async function bundleFloor(): Promise<void> {
  await mkdir(join(root, 'node_modules/.cache/transom-bench'), { recursive: true });
  const floor = fileURLToPath(new URL('../floors/idle.ts', import.meta.url));
  roll([
    floor,
    '--platform',
    'node',
    '--external',
    'better-sqlite3',
    '--format',
    'esm',
    '--minify',
    '--file',
    floorBundle,
  ]);
}

function roll(args: readonly string[]): void {
  const { status, stderr } = spawnSync(process.execPath, [rolldown, ...args], { cwd: relayFolder, encoding: 'utf8' });
  if (status !== 0) throw new Error(`rolldown could not bundle: ${stderr}`);
}

async function boot(script: string, args: readonly string[], env: Readonly<Record<string, string>>): Promise<Boot> {
  const from = performance.now();
  const running = await start<{ url: string }>({ name: 'an idle server', script, args, env });
  const listeningMs = performance.now() - from;
  try {
    await pause(settleMs);
    const status = await readFile(`/proc/${running.pid}/status`, 'utf8');
    return { listeningMs, rssMb: Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1_024 };
  } finally {
    await running.stop();
  }
}
