import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { quantile } from '../../build/bench/figures.ts';
import { openConnection } from '../../build/bench/load/connection.ts';
import { requestMaker, type Target } from '../../build/bench/load/signed-requests.ts';
import { answerCalls } from '../../build/bench/process-calls.ts';

/**
 * Sends webhooks at a fixed rate while a relay is under other load, and keeps asking whether it is ready. A process of its own, so that it
 * measures the relay and not the source of that load. Latency counts from the moment at which a webhook was due.
 */
export type Beside = {
  readonly sent: number;
  readonly statuses: Record<string, number>;
  readonly ackP50Ms: number;
  readonly ackP99Ms: number;
  readonly ackMaxMs: number;
  readonly readyStatuses: Record<string, number>;
  readonly readyMaxMs: number;
};

const connectionCount = 16;
let running: { stop(): Promise<Beside> } | null = null;

answerCalls({
  async begin(relayUrl: string, target: Target, perSecond: number, series: string): Promise<void> {
    running = await begin(relayUrl, target, perSecond, series);
  },
  async end(): Promise<Beside> {
    if (running === null) throw new Error('Nothing was begun.');
    const result = await running.stop();
    running = null;
    return result;
  },
});

async function begin(relayUrl: string, target: Target, perSecond: number, series: string) {
  const port = Number(new URL(relayUrl).port);
  const free = await Promise.all(Array.from({ length: connectionCount }, () => openConnection(port)));
  const make = requestMaker(target, 200, series);
  const took: number[] = [];
  const statuses: Record<string, number> = {};
  const ready = { statuses: {} as Record<string, number>, took: [] as number[] };
  let isOn = true;
  const waiting: (() => void)[] = [];

  async function send(dueAt: number): Promise<void> {
    const [request] = make(1);
    while (free.length === 0) await new Promise<void>((resolve) => waiting.push(resolve));
    // The one that was idle longest, so that none is idle until the relay closes it.
    const connection = free.shift();
    if (request === undefined || connection === undefined) return;
    const status = await connection.send(request.bytes);
    took.push(performance.now() - dueAt);
    statuses[status] = (statuses[status] ?? 0) + 1;
    free.push(connection);
    waiting.shift()?.();
  }
  async function sendAll(): Promise<void> {
    const from = performance.now();
    const under: Promise<void>[] = [];
    for (let n = 0; isOn; n += 1) {
      const dueAt = from + (n * 1_000) / perSecond;
      const early = dueAt - performance.now();
      if (early > 0) await pause(early);
      under.push(send(dueAt));
    }
    await Promise.all(under);
  }
  async function askReady(): Promise<void> {
    while (isOn) {
      const from = performance.now();
      const status = await fetch(`${relayUrl}/readyz`).then(
        async (answer) => (await answer.text(), answer.status),
        () => 0,
      );
      ready.took.push(performance.now() - from);
      ready.statuses[status] = (ready.statuses[status] ?? 0) + 1;
      await pause(100);
    }
  }
  const both = Promise.all([sendAll(), askReady()]);
  return {
    async stop(): Promise<Beside> {
      isOn = false;
      await both;
      for (const connection of free) connection.close();
      return {
        sent: took.length,
        statuses,
        ackP50Ms: Math.round(quantile(took, 0.5)),
        ackP99Ms: Math.round(quantile(took, 0.99)),
        ackMaxMs: Math.round(Math.max(...took)),
        readyStatuses: ready.statuses,
        readyMaxMs: Math.round(Math.max(...ready.took)),
      };
    },
  };
}
