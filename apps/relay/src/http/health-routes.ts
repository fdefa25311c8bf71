import { minuteMs, refuse, secondMs } from '@transom/shared';
import * as z from 'zod';
import type { Store } from '../store/port.ts';
import type { ApiDeps } from './register-api.ts';
import { type Route, route } from './route.ts';

/** A delivery that nobody looked at for this long means that normalizing stands still. */
const longestWaitMs = minuteMs;
/** Asking often must not make the disk busy: an answer holds this long. */
const readinessHoldsMs = secondMs;
const writeDeadlineMs = secondMs;

export function healthRoutes({ store, clock, metrics, settings }: ApiDeps): Route[] {
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
      answer: { statuses: [200], type: 'text/plain; version=0.0.4; charset=utf-8', schema: z.string() },
      refusals: ['not_found'],
      async handle({ isLocal }) {
        if (!isLocal)
          return {
            refusal: refuse('not_found', `Metrics are answered on this machine only, at port ${settings.port}.`),
          };
        return { status: 200, body: await metrics.render() };
      },
    }),
  ];
}

async function findProblems(store: Store, now: number): Promise<string[]> {
  const written = Promise.race([
    testWrite(store, now).then(
      () => null,
      () => 'The database takes no writes. Is the disk full or read-only?',
    ),
    new Promise<string>((resolve) =>
      setTimeout(resolve, writeDeadlineMs, 'The database did not take a write within a second.').unref(),
    ),
  ]);
  const problem = await written;
  if (problem !== null) return [problem];
  const oldest = await oldestUntouched(store);
  return oldest !== null && now - oldest > longestWaitMs
    ? ['Deliveries wait for more than a minute without being looked at.']
    : [];
}

/** Portable and never the same value twice, so that something really goes to the disk. */
async function testWrite(store: Store, now: number): Promise<void> {
  await store.write(async (tx) => {
    const updated = await tx.run(`update probes set at = :now where name = 'readyz'`, { now });
    if (updated === 0) await tx.run(`insert into probes (name, at) values ('readyz', :now)`, { now });
  });
}

/** When the oldest delivery came that was not tried yet; those that failed once wait on purpose. */
async function oldestUntouched(store: Store): Promise<number | null> {
  const row = await store.read((tx) =>
    tx.get<{ at: number | null }>(
      `select min(received_at) as at from deliveries where state = 'pending' and attempts = 0`,
    ),
  );
  return row?.at ?? null;
}

function measureStore(metrics: ApiDeps['metrics'], store: Store, clock: () => number): void {
  const deliveries = (state: string) => async () => {
    const row = await store.read((tx) =>
      tx.get<{ n: number }>(`select count(*) as n from deliveries where state = :state`, { state }),
    );
    return row?.n ?? 0;
  };
  metrics.gauge('transom_deliveries_pending', deliveries('pending'));
  metrics.gauge('transom_deliveries_failed', deliveries('failed'));
  metrics.gauge('transom_deliveries_oldest_age_seconds', async () => {
    const oldest = await oldestUntouched(store);
    return oldest === null ? 0 : (clock() - oldest) / secondMs;
  });
  metrics.gauge('transom_rss_bytes', () => process.memoryUsage.rss());
  metrics.gauge('transom_uptime_seconds', () => Math.round(process.uptime()));
}
