import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { type Stack, startStack } from '../../stack/stack.ts';
import { until } from '../../stack/until.ts';
import { median } from '../figures.ts';
import { startFloorRelay } from '../floors/start.ts';
import type { ClosedRun, Statuses } from '../load/generator.ts';
import type { Target } from '../load/signed-requests.ts';
import { type Remote, startRemote } from '../process-calls.ts';
import type { Finding, Suite } from '../suite.ts';
import { relayTarget } from './relay-target.ts';

const connectionCount = 32;
/** People who have written before, so that the relay does not ask the channel for names during the run; the floors never do. */
const buyers = 200;
/** More than any of the servers can answer in a slice. */
const perSlice = 30_000;

export const intake: Suite = {
  name: 'intake',
  question:
    'Webhooks a second over 32 connections, signed, new, for a known account, answered with 200 after the commit. Slices of a second in turn, both servers alive.',
  async run({ quick, say }) {
    const pairs = quick ? 3 : 9;
    const stack = await startStack();
    const dir = await mkdtemp(join(tmpdir(), 'transom-bench-'));
    const grouped = await startFloorRelay({
      db: join(dir, 'grouped.db'),
      secret: relayTarget(stack).secret,
      commit: 'turn',
    });
    const single = await startFloorRelay({
      db: join(dir, 'single.db'),
      secret: relayTarget(stack).secret,
      commit: 'request',
    });
    const generator = startRemote(new URL('../load/generator.ts', import.meta.url));
    try {
      const target = relayTarget(stack);
      await aim(generator, 'relay', stack.relayUrl, target);
      await aim(generator, 'grouped', grouped.ready.url, target);
      await aim(generator, 'single', single.ready.url, target);
      for (const server of ['relay', 'grouped', 'single']) await slice(generator, server, 0.5);
      await drained(stack);
      await namesAsked(stack);
      const beforeCount = countNormalized(stack);

      const rounds: Round[] = [];
      for (let pair = 0; pair < pairs; pair += 1) {
        const relay = await slice(generator, 'relay', 1);
        const normalizedInSlice = countNormalized(stack);
        const drainMs = await drained(stack);
        rounds.push({
          relay,
          drainMs,
          left: countNormalized(stack) - normalizedInSlice,
          grouped: await slice(generator, 'grouped', 1),
          single: await slice(generator, 'single', 1),
        });
        say(`intake: pair ${pair + 1} of ${pairs}`);
      }
      const acknowledged = rounds.reduce((sum, { relay }) => sum + (relay.statuses['200'] ?? 0), 0);
      const missing = acknowledged - (countNormalized(stack) - beforeCount);
      return findingsOf(rounds, missing);
    } finally {
      await generator.stop();
      await Promise.all([stack.close(), grouped.stop(), single.stop()]);
      await rm(dir, { recursive: true, force: true });
    }
  },
};

type Round = {
  readonly relay: ClosedRun;
  readonly drainMs: number;
  readonly left: number;
  readonly grouped: ClosedRun;
  readonly single: ClosedRun;
};

async function aim(generator: Remote, server: string, url: string, target: Target): Promise<void> {
  await generator.call('aim', server, Number(new URL(url).port), target, buyers, connectionCount);
}

async function slice(generator: Remote, server: string, seconds: number): Promise<ClosedRun> {
  await generator.call('prepare', server, perSlice);
  return generator.call<ClosedRun>('closedLoop', server, seconds);
}

function findingsOf(rounds: readonly Round[], missing: number): Finding[] {
  const perSecond = ({ answered, seconds }: ClosedRun) => answered / seconds;
  const normalized = ({ relay, drainMs }: Round) => relay.answered / (relay.seconds + drainMs / 1_000);
  const acknowledged = median(rounds.map(({ relay }) => perSecond(relay)));
  const groupedFloor = median(rounds.map(({ grouped }) => perSecond(grouped)));
  const notes = `not 200: ${notOk(rounds.flatMap(({ relay, grouped, single }) => [relay.statuses, grouped.statuses, single.statuses]))}`;
  return [
    {
      what: 'acknowledged, req/s',
      ours: acknowledged,
      floor: groupedFloor,
      ratios: rounds.map(({ relay, grouped }) => perSecond(relay) / perSecond(grouped)),
      goal: { id: 'G1', of: 'ratio', bound: 'at least', value: 0.6 },
      note: notes,
    },
    {
      what: 'in the inbox, messages/s (drain included)',
      ours: median(rounds.map(normalized)),
      floor: groupedFloor,
      ratios: rounds.map((round) => normalized(round) / perSecond(round.grouped)),
      goal: null,
      note: `acknowledged and not in the inbox: ${missing}; pending after a slice: ${median(rounds.map(({ left }) => left))}`,
    },
    {
      what: 'acknowledged, req/s, against a transaction a request',
      ours: acknowledged,
      floor: median(rounds.map(({ single }) => perSecond(single))),
      ratios: rounds.map(({ relay, single }) => perSecond(relay) / perSecond(single)),
      goal: { id: 'G2', of: 'ratio', bound: 'at least', value: 1.8 },
    },
    {
      what: 'in the inbox, messages/s, against a transaction a request',
      ours: median(rounds.map(normalized)),
      floor: median(rounds.map(({ single }) => perSecond(single))),
      ratios: rounds.map((round) => normalized(round) / perSecond(round.single)),
      goal: null,
    },
  ];
}

export function notOk(statuses: readonly Statuses[]): number {
  return statuses.reduce(
    (sum, each) =>
      sum + Object.entries(each).reduce((part, [status, count]) => part + (status === '200' ? 0 : count), 0),
    0,
  );
}

async function namesAsked(stack: Stack): Promise<void> {
  const db = openRelayDatabase(stack);
  const unasked = db.prepare('select 1 from contacts where name_asked_at is null limit 1');
  try {
    await until(
      'the relay has asked for every name',
      async () => (unasked.get() === undefined ? true : undefined),
      120_000,
    );
  } finally {
    db.close();
  }
}

function openRelayDatabase(stack: Stack): Database.Database {
  return new Database(join(stack.dir, 'data', 'transom.db'), { readonly: true });
}

function countNormalized(stack: Stack): number {
  const db = openRelayDatabase(stack);
  try {
    return db.prepare<[], number>(`select count(*) from messages where direction = 'inbound'`).pluck().get() ?? 0;
  } finally {
    db.close();
  }
}

/** Waits until nothing is pending; returns how long that took, in ms. */
async function drained(stack: Stack): Promise<number> {
  const from = performance.now();
  const db = openRelayDatabase(stack);
  const pending = db.prepare(`select 1 from deliveries where state = 'pending' limit 1`);
  try {
    await until('nothing is pending', async () => (pending.get() === undefined ? true : undefined), 120_000);
  } finally {
    db.close();
  }
  return performance.now() - from;
}
