import type { Clock } from '../clock.ts';
import { AgencyWork } from '../inbox/agency-work.ts';
import { applyEvent } from '../inbox/apply-event.ts';
import { asHeard, type ChannelEvent } from '../inbox/events.ts';
import type { AccountRef } from '../inbox/thread.ts';
import type { Logger } from '../log.ts';
import type { Store, SystemTx } from '../store/port.ts';
import { forgetBodies, markDone, markFailed, nextRetryAt, takePending, type PendingDelivery } from './deliveries.ts';

export type NormalizerDeps = {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Logger;
  /** Turns a body into events; `ok: false` for what is no JSON at all. Knows nothing of agencies. */
  readonly normalize: (body: Buffer) => { ok: true; events: ChannelEvent[] } | { ok: false; detail: string };
  /** Called after each commit with the agencies that it changed something for. */
  readonly onCommitted: (agencyIds: Iterable<string>) => void;
};

/** One slice of work between two turns of the event loop: short, so that Meta's next webhook never waits long for its 200. */
const sliceMs = 2;
const maxDeliveriesPerSlice = 64;
/** Nobody pokes for a retry; it is looked for this often at most. */
const longestSleepMs = 30_000;

/**
 * Turns stored deliveries into the inbox, in the order of their ids, after they were acknowledged. One transaction a slice, one
 * savepoint a delivery: a delivery that fails is undone alone, noted, and tried later; its neighbours go through.
 */
export class Normalizer {
  readonly #deps: NormalizerDeps;
  #running: Promise<void> | null = null;
  #wanted = false;
  #timer: NodeJS.Timeout | null = null;
  #closed = false;

  constructor(deps: NormalizerDeps) {
    this.#deps = deps;
  }

  /** There may be something to do. Cheap; called after every intake commit. */
  poke(): void {
    this.#wanted = true;
    this.#running ??= this.#run().finally(() => {
      this.#running = null;
      if (this.#wanted && !this.#closed) this.poke();
    });
  }

  /** Finishes the slice under way and stops. */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#running;
  }

  async #run(): Promise<void> {
    try {
      while (!this.#closed) {
        this.#wanted = false;
        const taken = await this.#slice();
        if (taken === 0 && !this.#wanted) break;
        await new Promise(setImmediate);
      }
      await this.#sleepUntilRetry();
    } catch (error) {
      // The database itself failed (disk full, locked): nothing is lost, the rows are still pending.
      this.#deps.log.error({ err: error }, 'normalizing stopped; trying again in a second');
      this.#wanted = false;
      this.#wakeIn(1_000);
    }
  }

  async #slice(): Promise<number> {
    const { store, clock, onCommitted } = this.#deps;
    const changed = new Set<string>();
    const taken = await store.write(async (tx) => {
      const now = clock();
      const works = new Map<string, AgencyWork>();
      const until = performance.now() + sliceMs;
      let count = 0;
      for (const delivery of await takePending(tx, now, maxDeliveriesPerSlice)) {
        await this.#bring(tx, delivery, works, now);
        count += 1;
        if (performance.now() > until) break;
      }
      for (const work of works.values()) {
        if (!work.isEmpty) changed.add(work.tx.agencyId);
        await work.finish();
      }
      return count;
    });
    if (changed.size > 0) onCommitted(changed);
    return taken;
  }

  async #bring(tx: SystemTx, delivery: PendingDelivery, works: Map<string, AgencyWork>, now: number): Promise<void> {
    try {
      const read = this.#deps.normalize(delivery.body);
      if (!read.ok) {
        this.#deps.log.warn({ deliveryId: delivery.id }, 'a signed delivery is not readable; it is kept');
        return await markDone(tx, delivery.id, 1);
      }
      await tx.savepoint(async () => {
        await markDone(tx, delivery.id, await applyAll(tx, read.events, works, delivery.receivedAt, now));
      });
    } catch (error) {
      const fate = await markFailed(tx, delivery, faultOf(error), now);
      this.#deps.log.error({ deliveryId: delivery.id, fate, err: error }, 'a delivery could not be normalized; the next ones go on');
    }
  }

  async #sleepUntilRetry(): Promise<void> {
    const at = await nextRetryAt(this.#deps.store);
    if (at !== null) this.#wakeIn(Math.min(Math.max(at - this.#deps.clock(), 50), longestSleepMs));
  }

  #wakeIn(delayMs: number): void {
    if (this.#closed) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.poke(), delayMs);
    this.#timer.unref();
  }
}

/** For the operator's list. A parser's message quotes what it could not parse, which may be the words of a person. */
function faultOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown fault';
  return error instanceof SyntaxError ? error.name : `${error.name}: ${error.message}`;
}

/** Applies the events of one delivery; returns how many of them were of no use to any inbox. */
async function applyAll(
  tx: SystemTx,
  events: readonly ChannelEvent[],
  works: Map<string, AgencyWork>,
  heardAt: number,
  now: number,
): Promise<number> {
  let unhandled = 0;
  const parts: { work: AgencyWork; account: AccountRef; event: Exclude<ChannelEvent, { kind: 'unhandled' }> }[] = [];
  for (const event of events) {
    const route = event.kind === 'unhandled' ? undefined : await findRoute(tx, event.accountNativeId);
    if (event.kind === 'unhandled' || route === undefined) {
      unhandled += 1;
      continue;
    }
    const work = works.get(route.agencyId) ?? new AgencyWork(tx.forAgency(route.agencyId), now);
    works.set(route.agencyId, work);
    parts.push({ work, account: { id: route.accountId, channel: route.channel }, event });
  }
  const involved = [...new Set(parts.map(({ work }) => work))];
  const applyParts = async (): Promise<void> => {
    for (const { work, account, event } of parts) await applyEvent(work, account, asHeard(event, heardAt));
  };
  // What the agencies' works remember must be undone with the savepoint, for all of them together.
  await involved.reduceRight<() => Promise<void>>((inner, work) => () => work.part(inner), applyParts)();
  for (const { event } of parts) if (event.kind === 'message_unsent') await forgetBodies(tx, event.nativeMessageId);
  return unhandled;
}

type Route = { agencyId: string; accountId: string; channel: AccountRef['channel'] };

/** Whose account this is. Nobody's: the delivery stays with its bytes and is counted; a tenant is never guessed. */
function findRoute(tx: SystemTx, nativeId: string): Promise<Route | undefined> {
  return tx.get<Route>(
    `select agency_id as "agencyId", account_id as "accountId", channel from account_routes where native_id = :nativeId`,
    { nativeId },
  );
}
