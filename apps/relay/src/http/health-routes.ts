import { minuteMs, refuse, secondMs } from '@transom/shared';
import * as z from 'zod';
import type { Store, SystemTx } from '../store/port.ts';
import { metricsType } from './metrics.ts';
import type { ApiDeps } from './register-api.ts';
import { type Route, route } from './route.ts';

/** A delivery that is untouched for this long means that normalizing is stuck. */
const maxWaitMs = minuteMs;
/** Frequent probes must not keep the disk busy: an answer is reused for this long. */
const readinessHoldsMs = secondMs;
const writeDeadlineMs = secondMs;

export function healthRoutes({ store, clock, metrics }: ApiDeps): Route[] {
  let known: { at: number; problems: Promise<string[]> } | null = null;
  const problems = (): Promise<string[]> => {
    const at = performance.now();
    if (known === null || at - known.at > readinessHoldsMs) known = { at, problems: findProblems(store, clock()) };
    return known.problems;
  };
  measureStore(metrics, store, clock);
  return [
    route({
      method: 'GET',
      path: '/healthz',
      summary: 'The process is alive',
      access: 'open',
      answer: { statuses: [200], type: 'application/json', schema: z.object({ ok: z.literal(true) }) },
      refusals: [],
      handle: async () => ({ status: 200, body: { ok: true } as const }),
    }),
    route({
      method: 'GET',
      path: '/readyz',
      summary: 'The relay can store what Meta sends: proved by a write',
      access: 'open',
      answer: {
        statuses: [200, 503],
        type: 'application/json',
        schema: z.object({ ready: z.boolean(), problems: z.array(z.string()) }),
      },
      refusals: [],
      async handle() {
        const found = await problems();
        return { status: found.length === 0 ? 200 : 503, body: { ready: found.length === 0, problems: found } };
      },
    }),
    route({
      method: 'GET',
      path: '/metrics',
      summary: 'Figures for Prometheus, for this machine only',
      access: 'open',
      answer: { statuses: [200], type: metricsType, schema: z.string() },
      refusals: ['not_found'],
      async handle({ isFromHere }) {
        if (!isFromHere) return { refusal: refuse('not_found.metrics') };
        return { status: 200, body: await metrics.render() };
      },
    }),
  ];
}

function findProblems(store: Store, now: number): Promise<string[]> {
  const timedOut = new Promise<string[]>((resolve) =>
    setTimeout(resolve, writeDeadlineMs, ['The database did not take a write within a second.']).unref(),
  );
  const problems = testWriteAndFindOldest(store, now).then(
    (oldest) =>
      oldest !== null && now - oldest > maxWaitMs
        ? ['Webhooks have been waiting for more than a minute without being looked at.']
        : [],
    () => ['The database takes no writes. Is the disk full or read-only?'],
  );
  return Promise.race([problems, timedOut]);
}

/**
 * Writes, and returns when the oldest untouched delivery arrived (ms), or null. It has a webhook's priority: a relay that is busy with
 * other things can still store what Meta sends.
 */
function testWriteAndFindOldest(store: Store, now: number): Promise<number | null> {
  return store.write(async (tx) => {
    await tx.run(
      `insert into probes (name, at) values ('readyz', :now) on conflict (name) do update set at = excluded.at`,
      { now },
    );
    return oldestUntouched(tx);
  }, 'intake');
}

/**
 * When the oldest delivery arrived that has not been tried yet; those that failed once wait on purpose. Fresh ones come first in the index,
 * which SQLite uses only if the query repeats the index's own condition, `state <> 'done'`.
 */
async function oldestUntouched(tx: SystemTx): Promise<number | null> {
  const row = await tx.get<{ at: number }>(
    `select received_at as at from deliveries
     where state = 'pending' and state <> 'done' and next_attempt_at = 0 and attempts = 0 order by id limit 1`,
  );
  return row?.at ?? null;
}

/** Counting stops here: at this figure something is very wrong anyway. */
const maxCounted = 100_000;

async function countDeliveries(store: Store, state: 'pending' | 'failed'): Promise<number> {
  const row = await store.read((tx) =>
    tx.get<{ n: number }>(
      `select count(*) as n from (
         select 1 from deliveries where state = :state and state <> 'done' limit :maxCounted)`,
      { state, maxCounted },
    ),
  );
  return row?.n ?? 0;
}

function measureStore(metrics: ApiDeps['metrics'], store: Store, clock: () => number): void {
  metrics.gauge(
    'transom_deliveries_pending',
    `Webhooks that are stored and not yet in the inbox, at most ${maxCounted}.`,
    () => countDeliveries(store, 'pending'),
  );
  metrics.gauge(
    'transom_deliveries_failed',
    `Webhooks that could not be understood and wait for an operator, at most ${maxCounted}.`,
    () => countDeliveries(store, 'failed'),
  );
  metrics.gauge(
    'transom_deliveries_oldest_age_seconds',
    'Age of the oldest stored webhook that was not looked at yet.',
    async () => {
      const oldest = await store.read(oldestUntouched);
      return oldest === null ? 0 : Math.max(0, (clock() - oldest) / secondMs);
    },
  );
  metrics.gauge('transom_rss_bytes', 'Memory of the process that is in RAM.', () => process.memoryUsage.rss());
  metrics.gauge('transom_uptime_seconds', 'How long the process has been running.', () => Math.round(process.uptime()));
}
