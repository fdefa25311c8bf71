import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MethodOutput } from '@transom/desktop/contract';
import { startStack } from '../../stack/stack.ts';
import { until } from '../../stack/until.ts';
import { median, quantile } from '../figures.ts';
import { startFloorRelay } from '../floors/start.ts';
import type { OpenRun } from '../load/generator.ts';
import { type Remote, startRemote } from '../process-calls.ts';
import type { Finding, Suite } from '../suite.ts';
import { notOk } from './intake.ts';
import { relayTarget } from './relay-target.ts';

const connectionCount = 8;
const buyers = 200;
const rates = [50, 200] as const;
type Way = 'transom' | 'floor';
type Slice = { readonly latenciesMs: readonly number[]; readonly missing: number; readonly notOk: number };

export const live: Suite = {
  name: 'live',
  question:
    'From the moment a webhook is due to the moment it is in the desk\u2019s cache, in ms: relay and desk as processes, at a fixed rate, against the plain relay and plain desk. Slices in turn.',
  async run({ quick, say }) {
    const stack = await startStack();
    const dir = await mkdtemp(join(tmpdir(), 'transom-bench-'));
    const target = relayTarget(stack);
    const floor = await startFloorRelay({ db: join(dir, 'relay.db'), secret: target.secret, commit: 'turn' });
    const generator = startRemote(new URL('../load/generator.ts', import.meta.url));
    const desks: Record<Way, Remote> = {
      transom: startRemote(new URL('../desk-process.ts', import.meta.url)),
      floor: startRemote(new URL('../floors/desk.ts', import.meta.url)),
    };
    try {
      await desks.transom.call('open', join(dir, 'desk'));
      await pair(desks.transom, stack.relayUrl, stack.ownerCode);
      await desks.floor.call('connect', floor.ready.url, join(dir, 'desk.db'));
      await generator.call('aim', 'transom', Number(new URL(stack.relayUrl).port), target, buyers, connectionCount);
      await generator.call('aim', 'floor', Number(new URL(floor.ready.url).port), target, buyers, connectionCount);
      const logs = { transom: stack.relayLog, floor: floor.log };
      async function measure(way: Way, rate: number, seconds: number): Promise<Slice> {
        const measured = await slice(generator, desks[way], way, rate, seconds);
        if (measured.latenciesMs.length === 0)
          throw new Error(`Nothing arrived by way of ${way}; its relay is gone.\n${logs[way]()}`);
        return measured;
      }
      for (const way of ['transom', 'floor'] as const) await measure(way, 200, 2);

      const findings: Finding[] = [];
      for (const rate of rates) {
        const rounds: Record<Way, Slice>[] = [];
        for (let round = 0; round < (quick ? 2 : 5); round += 1) {
          rounds.push({ transom: await measure('transom', rate, 3), floor: await measure('floor', rate, 3) });
        }
        say(`live: ${rate}/s done`);
        findings.push(findingOf(rate, rounds, 0.5, 2), findingOf(rate, rounds, 0.99, 2.5));
      }
      return findings;
    } finally {
      await Promise.all([generator.stop(), desks.transom.stop(), desks.floor.stop()]);
      await Promise.all([stack.close(), floor.stop()]);
      await rm(dir, { recursive: true, force: true });
    }
  },
};

async function pair(desk: Remote, relayUrl: string, code: string): Promise<void> {
  const outcome = await desk.call<MethodOutput<'session.pair'>>('call', 'session.pair', {
    relayUrl,
    code,
    name: 'Dana',
  });
  if (!outcome.ok) throw new Error(`The desk could not be paired: ${outcome.refusal.code}`);
  await until('the desk is live', async () => {
    const { connection } = await desk.call<MethodOutput<'session.get'>>('call', 'session.get', {});
    return connection.relay === 'live' ? true : undefined;
  });
}

async function slice(generator: Remote, desk: Remote, way: Way, rate: number, seconds: number): Promise<Slice> {
  await generator.call('prepare', way, rate * seconds);
  const run = await generator.call<OpenRun>('openLoop', way, rate, seconds);
  const cachedAt = new Map<string, bigint>();
  await until('every message is in the cache', async () => {
    for (const [id, at] of await desk.call<[string, string][]>('take'))
      if (!cachedAt.has(id)) cachedAt.set(id, BigInt(at));
    return run.due.every(([id]) => cachedAt.has(id)) ? true : undefined;
  }).catch(() => undefined);
  const latenciesMs = run.due.flatMap(([id, dueAt]) => {
    const at = cachedAt.get(id);
    return at === undefined ? [] : [Number(at - BigInt(dueAt)) / 1e6];
  });
  return { latenciesMs, missing: run.due.length - latenciesMs.length, notOk: notOk([run.statuses]) };
}

function findingOf(rate: number, rounds: readonly Record<Way, Slice>[], part: number, atMost: number): Finding {
  const of = (way: Way) => rounds.map((round) => quantile(round[way].latenciesMs, part));
  const floor = of('floor');
  const all = rounds.flatMap(({ transom, floor: plain }) => [transom, plain]);
  return {
    what: `${rate}/s, p${part * 100}, ms`,
    ours: median(of('transom')),
    floor: median(floor),
    ratios: of('transom').map((ours, round) => ours / (floor[round] ?? Number.NaN)),
    goal: { id: 'G5', of: 'ratio', bound: 'at most', value: atMost },
    note: `missing: ${all.reduce((sum, { missing }) => sum + missing, 0)}, not 200: ${all.reduce((sum, each) => sum + each.notOk, 0)}`,
  };
}
