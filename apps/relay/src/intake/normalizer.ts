import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import type { Clock } from '../clock.ts';
import { isStoreError } from '../store/errors.ts';
import type { Store } from '../store/port.ts';
import { type Begun, type BringInDeps, bringIn, EventFailed, setAside } from './bring-in.ts';
import { nextRetryAt, type StoredDelivery, takePending } from './deliveries.ts';

export type NormalizerDeps = BringInDeps & {
  readonly store: Store;
  readonly clock: Clock;
  /** Called after each commit with the agencies that it changed something for. */
  readonly onCommitted: (agencyIds: Iterable<string>) => void;
  /** How long ago webhooks came in a crowd, ms. */
  readonly sinceCrowdMs: () => number;
};

/**
 * One slice of work between two turns of the event loop. Its commit comes on top and does not count: on a slow disk, a shorter slice
 * would wait for it more often. What is left of a crowd is worked off in longer slices, because a commit costs as much for ten messages as
 * for fifty, and whoever writes now comes after that crowd anyway.
 */
const sliceMs = 7;
const calmSliceMs = 20;
/** How much of a slice is always for bringing in events. */
const minReadingMs = 1;
/** The next slice may turn out dearer than the one before: it grows in steps. */
const growth = 1.5;
/** How many deliveries are looked at in one slice; only as many are understood as probably fit. */
const maxDeliveriesPerSlice = 64;
const firstFit = 2;
/** Webhooks count as pouring in for this long after a crowd of them, and it is calm when there was none for so long. */
const busyMs = 2;
const calmAfterMs = 50;
/** While webhooks pour in, storing them goes first; but a buyer's message waits for its place on the desk no longer than this. */
const patienceMs = 25;
/** So many large deliveries are brought in side by side, by slices; more of them would take memory for what was read of them. */
const maxBegun = 3;
/** Nobody pokes for a retry; it is looked for this often at most. */
const maxSleepMs = 30_000;

/**
 * Works off deliveries that were stored without being understood at once: what came in a crowd, what failed before, what an
 * operator replays, what a relay that was killed left behind. In the order in which they came, a transaction a slice. One of thousands
 * of events gets every other slice, so that what came after it does not wait for its end.
 */
export class Normalizer {
  readonly #deps: NormalizerDeps;
  #running: Promise<void> | null = null;
  #wanted = false;
  #timer: NodeJS.Timeout | null = null;
  #closed = false;
  /** One while a slice failed as a whole, to find out which delivery it was. */
  #limit = maxDeliveriesPerSlice;
  /** While the last slice met an event that fails: the next one leaves it behind alone. */
  #isCareful = false;
  /**
   * How long the next slice brings in events. What that leads to differs much: a thousand messages taken back touch pages all over
   * the file. So each run begins small.
   */
  #readingMs = minReadingMs;
  /** How many deliveries the next slice probably brings in. What was understood and does not fit is understood again: that cost a tenth. */
  #fit = firstFit;
  /** Whether the last slice probably left something for the next one. */
  #isBehind = false;
  readonly #begun = new Map<number, Begun>();
  #lastWasBegun = false;

  constructor(deps: NormalizerDeps) {
    this.#deps = deps;
  }

  /** Whether nothing is known to wait, so that what comes now may be understood at once. */
  get isIdle(): boolean {
    return this.#running === null;
  }

  /** There may be something to do. */
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
    this.#readingMs = minReadingMs;
    this.#fit = firstFit;
    try {
      while (!this.#closed) {
        await this.#letIntakePass();
        this.#wanted = false;
        const taken = await this.#slice();
        if (taken === 0 && !this.#wanted) break;
      }
      await this.#sleepUntilRetry();
    } catch (error) {
      // The database itself failed (disk full, locked): nothing is lost, the rows are still pending.
      this.#deps.log.error({ err: error }, 'normalizing stopped; trying again in a second');
      this.#wanted = false;
      this.#wakeIn(1_000);
    }
  }

  async #letIntakePass(): Promise<void> {
    await nextTurn();
    const since = performance.now();
    while (this.#deps.sinceCrowdMs() < busyMs && performance.now() - since < patienceMs) await pause(1);
  }

  async #slice(): Promise<number> {
    const { store, clock, onCommitted } = this.#deps;
    const now = clock();
    try {
      const { slice, brought, isBehind, tookMs } = await store.write(
        async (tx) => {
          const beganAt = performance.now();
          const pending = await takePending(tx, now, this.#limit);
          const chosen = this.#choose(pending);
          const wanted = chosen.deliveries.map((delivery) => ({ delivery, begun: this.#begun.get(delivery.id) }));
          const done = await bringIn(tx, this.#deps, now, wanted, {
            until: beganAt + this.#readingMs,
            withSavepoints: this.#isCareful || this.#limit === 1,
          });
          const isBehind = pending.length >= this.#limit || pending.length > done.taken || done.begun.size > 0;
          return { slice: chosen, brought: done, isBehind, tookMs: performance.now() - beganAt };
        },
        this.#isBehind ? 'backlog' : 'ordinary',
      );
      // Not before it is committed: the store may run the work again.
      this.#keepBegun(slice.deliveries, brought.begun);
      this.#lastWasBegun = slice.isOfBegun;
      this.#isBehind = isBehind;
      this.#fitNextSlice(tookMs, brought.taken);
      this.#limit = maxDeliveriesPerSlice;
      this.#isCareful = false;
      if (brought.changed.size > 0) onCommitted(brought.changed);
      return brought.taken;
    } catch (error) {
      if (error instanceof EventFailed) {
        this.#isCareful = true;
        return 1;
      }
      this.#begun.clear();
      // Nobody could write, whatever was in the slice: that is no delivery's fault.
      if (isStoreError(error, 'busy', 'conflict', 'closed')) throw error;
      return this.#narrowDown(error, now);
    }
  }

  #fitNextSlice(tookMs: number, taken: number): void {
    const limitMs = this.#deps.sinceCrowdMs() < calmAfterMs ? sliceMs : calmSliceMs;
    const fitting = this.#readingMs * Math.min(growth, limitMs / tookMs);
    this.#readingMs = Math.min(limitMs, Math.max(minReadingMs, fitting));
    // A large one that is begun has its slice to itself, which says nothing about the rest.
    if (!this.#lastWasBegun) this.#fit = Math.min(maxDeliveriesPerSlice, Math.max(firstFit, Math.ceil(taken * growth)));
  }

  /** What this slice works on: the next of the large ones that are begun, or in every other slice the rest, in its order. */
  #choose(pending: readonly StoredDelivery[]): Slice {
    const [first] = pending;
    if (this.#limit === 1 && first !== undefined) return { deliveries: [first], isOfBegun: this.#lastWasBegun };
    const begun = pending.filter(({ id }) => this.#begun.has(id));
    // A large one that gave way continues when one of the others is done: reading it again for each slice would hold up everybody.
    const waitsForRoom = ({ eventsDone, attempts }: StoredDelivery) =>
      eventsDone > 0 && attempts === 0 && begun.length >= maxBegun;
    const rest = pending.filter((delivery) => !this.#begun.has(delivery.id) && !waitsForRoom(delivery));
    const isOfBegun = begun.length > 0 && (rest.length === 0 || !this.#lastWasBegun);
    if (!isOfBegun) return { deliveries: rest.slice(0, this.#fit), isOfBegun };
    // The map keeps the order in which they were worked on.
    const next = [...this.#begun.keys()].find((id) => begun.some((delivery) => delivery.id === id));
    return { deliveries: begun.filter(({ id }) => id === next), isOfBegun };
  }

  #keepBegun(chosen: readonly StoredDelivery[], begun: ReadonlyMap<number, Begun>): void {
    // One whose turn did not come in this slice is read again.
    for (const { id } of chosen) this.#begun.delete(id);
    for (const [id, rest] of begun) this.#begun.set(id, rest);
    for (const id of this.#begun.keys()) if (this.#begun.size > maxBegun) this.#begun.delete(id);
  }

  /** A slice failed as a whole: its deliveries are tried one by one, and the one that fails alone is set aside. */
  async #narrowDown(error: unknown, now: number): Promise<number> {
    if (this.#limit > 1) {
      this.#limit = 1;
      return 1;
    }
    const set = await this.#deps.store.write((tx) => setAside(tx, this.#deps, error, now));
    if (set === 0) throw error;
    return set;
  }

  async #sleepUntilRetry(): Promise<void> {
    const at = await nextRetryAt(this.#deps.store);
    if (at !== null) this.#wakeIn(Math.min(Math.max(at - this.#deps.clock(), 50), maxSleepMs));
  }

  #wakeIn(delayMs: number): void {
    if (this.#closed) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.poke(), delayMs);
    this.#timer.unref();
  }
}

type Slice = { readonly deliveries: readonly StoredDelivery[]; readonly isOfBegun: boolean };
