import { setImmediate as nextTurn } from 'node:timers/promises';
import { isStoreError } from '../store/errors.ts';
import type { SystemTx } from '../store/port.ts';
import { bringIn, type ToBring } from './bring-in.ts';
import { type IncomingDelivery, insertDelivery, isLarge } from './deliveries.ts';
import type { Normalizer, NormalizerDeps } from './normalizer.ts';

type Waiting = {
  readonly delivery: IncomingDelivery;
  readonly stored: () => void;
  readonly failed: (error: unknown) => void;
};

/** Up to this many at once are brought in by the transaction that stores them: one wait for the disk instead of two. */
const fewEnough = 4;

/**
 * Stores webhooks. Those that arrive in the same turn of the event loop, or before the store's turn comes, share one commit, because what
 * a commit costs is the wait for the disk. A turn, and not a timer: a timer that gathers for some milliseconds was slower at every load.
 *
 *   few, and nothing waits before them   stored and brought into the inbox in one transaction; if understanding them
 *                                        fails as a whole, stored alone
 *   a crowd, or a large one              stored; the normalizer brings them in afterwards
 */
export class GroupCommit {
  readonly #deps: Omit<NormalizerDeps, 'sinceCrowdMs'>;
  readonly #normalizer: Pick<Normalizer, 'isIdle' | 'poke'>;
  #waiting: Waiting[] = [];
  #crowdAt = Number.NEGATIVE_INFINITY;

  constructor(deps: Omit<NormalizerDeps, 'sinceCrowdMs'>, normalizer: Pick<Normalizer, 'isIdle' | 'poke'>) {
    this.#deps = deps;
    this.#normalizer = normalizer;
  }

  /** How long ago so many webhooks came at once that they were only stored, ms. */
  get sinceCrowdMs(): number {
    return performance.now() - this.#crowdAt;
  }

  /** Resolves when the delivery is on disk; rejects when it is not, and then Meta must come again. */
  keep(delivery: IncomingDelivery): Promise<void> {
    return new Promise((stored, failed) => {
      this.#waiting.push({ delivery, stored, failed });
      if (this.#waiting.length === 1) setImmediate(() => void this.#commit());
    });
  }

  async #commit(): Promise<void> {
    const group: Waiting[] = [];
    try {
      const changed = await this.#storeSome(group);
      if (changed !== null) {
        this.#deps.onCommitted(changed);
        // Desks read first, one turn of the event loop earlier: a person waits there, while Meta waits up to five seconds.
        await nextTurn();
      }
      for (const { stored } of group) stored();
      if (changed !== null) return;
      if (group.length > fewEnough) this.#crowdAt = performance.now();
      this.#normalizer.poke();
    } catch (error) {
      // Where the store took no turn at all, they still wait.
      for (const { failed } of group.length > 0 ? group : this.#take()) failed(error);
    }
  }

  /**
   * Stores what waits when the store's turn comes, and adds it to `group`, so that the caller can answer them: however long that took,
   * nobody waits for a second turn. Returns the agencies that changed; null where the normalizer must bring it in.
   */
  async #storeSome(group: Waiting[]): Promise<ReadonlySet<string> | null> {
    const { store, log } = this.#deps;
    let isBringing = false;
    try {
      return await store.write(async (tx) => {
        // Run again, it also takes those that came meanwhile.
        group.push(...this.#take());
        isBringing =
          group.length <= fewEnough && !group.some(({ delivery }) => isLarge(delivery)) && this.#normalizer.isIdle;
        if (isBringing) return this.#bringIn(tx, group);
        await insertAll(tx, group);
        return null;
      }, 'intake');
    } catch (error) {
      // Where nobody can write, storing them alone is no way out; on a full or damaged disk it may be one.
      if (!isBringing || isStoreError(error, 'busy', 'closed')) throw error;
      log.error({ err: error }, 'webhooks could not be understood at once; they are stored to be tried again');
      await store.write((tx) => insertAll(tx, group), 'intake');
      return null;
    }
  }

  async #bringIn(tx: SystemTx, group: readonly Waiting[]): Promise<ReadonlySet<string>> {
    const stored: ToBring[] = [];
    for (const { delivery } of group)
      stored.push({ delivery: await insertDelivery(tx, delivery, 'done'), bytes: delivery.body });
    return (await bringIn(tx, this.#deps, this.#deps.clock(), stored, { withSavepoints: true })).changed;
  }

  #take(): Waiting[] {
    const waiting = this.#waiting;
    this.#waiting = [];
    return waiting;
  }
}

async function insertAll(tx: SystemTx, group: readonly Waiting[]): Promise<void> {
  for (const { delivery } of group) await insertDelivery(tx, delivery, 'pending');
}
