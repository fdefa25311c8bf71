import { setTimeout as pause } from 'node:timers/promises';
import { answerCalls } from '../process-calls.ts';
import { type Connection, openConnection } from './connection.ts';
import { type RequestMaker, requestMaker, type SignedRequest, type Target } from './signed-requests.ts';

/**
 * The sender of webhooks, in its own process. Closed loop: each connection sends its next request when the last one is answered. Open
 * loop: requests are due at a fixed rate whatever the server does, and latency counts from the due time, so that stalls are not
 * hidden.
 */
export type Statuses = Record<string, number>;
export type ClosedRun = { readonly answered: number; readonly seconds: number; readonly statuses: Statuses };
/** `due`: message ids, each with the CLOCK_MONOTONIC in ns, as text, at which it was due. */
export type OpenRun = { readonly due: readonly (readonly [string, string])[]; readonly statuses: Statuses };

const makers = new Map<string, RequestMaker>();
const ready = new Map<string, SignedRequest[]>();
const connections = new Map<string, Connection[]>();

answerCalls({
  /** Names a server and opens `connectionCount` keep-alive connections, which stay open. */
  async aim(server: string, port: number, target: Target, buyers: number, connectionCount: number): Promise<void> {
    makers.set(server, requestMaker(target, buyers, server));
    connections.set(server, await Promise.all(Array.from({ length: connectionCount }, () => openConnection(port))));
  },
  /** Makes and signs the requests that the next run may need. */
  async prepare(server: string, count: number): Promise<void> {
    const waiting = ready.get(server) ?? [];
    ready.set(server, [...waiting, ...(makers.get(server)?.(Math.max(0, count - waiting.length)) ?? [])]);
  },
  async closedLoop(server: string, seconds: number): Promise<ClosedRun> {
    const requests = ready.get(server) ?? [];
    const statuses: Statuses = {};
    const from = performance.now();
    const until = from + seconds * 1_000;
    let answered = 0;
    let next = 0;
    async function work(connection: Connection): Promise<void> {
      while (performance.now() < until) {
        const request = requests[next++];
        if (request === undefined) throw new Error('The prepared requests ran out; prepare more.');
        count(statuses, await connection.send(request.bytes));
        answered += 1;
      }
    }
    await Promise.all((connections.get(server) ?? []).map(work));
    ready.set(server, requests.slice(next));
    return { answered, seconds: (performance.now() - from) / 1_000, statuses };
  },
  async openLoop(server: string, perSecond: number, seconds: number): Promise<OpenRun> {
    const requests = (ready.get(server) ?? []).splice(0, perSecond * seconds);
    const free = [...(connections.get(server) ?? [])];
    const waiting: SignedRequest[] = [];
    const statuses: Statuses = {};
    const under: Promise<void>[] = [];
    async function serve(connection: Connection): Promise<void> {
      for (let request = waiting.shift(); request !== undefined; request = waiting.shift()) {
        count(statuses, await connection.send(request.bytes));
      }
      free.push(connection);
    }
    const gapNs = BigInt(Math.round(1e9 / perSecond));
    const firstAt = process.hrtime.bigint() + 5_000_000n;
    const due: [string, string][] = [];
    for (const [index, request] of requests.entries()) {
      const dueAt = firstAt + BigInt(index) * gapNs;
      await untilNs(dueAt);
      due.push([request.nativeMessageId, String(dueAt)]);
      waiting.push(request);
      // The one that has been idle longest: none may idle so long that the server closes it.
      const connection = free.shift();
      if (connection !== undefined) under.push(serve(connection));
    }
    await Promise.all(under);
    return { due, statuses };
  },
});

function count(statuses: Statuses, status: number): void {
  statuses[status] = (statuses[status] ?? 0) + 1;
}

/** Timers wake up to a millisecond late, so the last stretch is spent in turns of the event loop. */
async function untilNs(dueAt: bigint): Promise<void> {
  const early = Number(dueAt - process.hrtime.bigint()) / 1e6;
  if (early > 3) await pause(Math.floor(early - 2));
  while (process.hrtime.bigint() < dueAt) await new Promise(setImmediate);
}
