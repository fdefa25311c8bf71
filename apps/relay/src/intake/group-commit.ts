import type { Store } from '../store/port.ts';
import { insertDelivery, type IncomingDelivery } from './deliveries.ts';

type Waiting = { readonly delivery: IncomingDelivery; readonly stored: () => void; readonly failed: (error: unknown) => void };

/**
 * Webhooks that arrive in the same turn of the event loop share one commit, because what a commit costs is the wait for the
 * disk. A turn, and not a timer: a timer that gathers for some milliseconds was slower at every load.
 */
export class GroupCommit {
  readonly #store: Store;
  #waiting: Waiting[] = [];

  constructor(store: Store) {
    this.#store = store;
  }

  /** Resolves when the delivery is on disk; rejects when it is not, and then Meta must come again. */
  keep(delivery: IncomingDelivery): Promise<void> {
    return new Promise((stored, failed) => {
      this.#waiting.push({ delivery, stored, failed });
      if (this.#waiting.length === 1) setImmediate(() => void this.#commit());
    });
  }

  async #commit(): Promise<void> {
    const group = this.#waiting;
    this.#waiting = [];
    try {
      await this.#store.write(async (tx) => {
        for (const { delivery } of group) await insertDelivery(tx, delivery);
      });
      for (const { stored } of group) stored();
    } catch (error) {
      for (const { failed } of group) failed(error);
    }
  }
}
