import type { Logger } from './log.ts';
import type { AgencyStore, Store } from './store/port.ts';

export type AgencyRoundsDeps = {
  readonly store: Store;
  readonly log: Logger;
  /** Everything that is due for one agency now. Called again while it is poked meanwhile, never twice at once. */
  readonly round: (agency: AgencyStore) => Promise<void>;
  /** Nobody pokes for what becomes due by time alone: it is looked for this often. */
  readonly pollMs: number;
};

/** Runs a round of work for each agency that is poked, one round at a time an agency, and all of them now and then. */
export class AgencyRounds {
  readonly #deps: AgencyRoundsDeps;
  readonly #running = new Map<string, Promise<void>>();
  readonly #wanted = new Set<string>();
  #timer: NodeJS.Timeout | null = null;
  #closed = false;

  constructor(deps: AgencyRoundsDeps) {
    this.#deps = deps;
  }

  start(): void {
    this.#timer = setInterval(() => void this.#pokeAll(), this.#deps.pollMs);
    this.#timer.unref();
    void this.#pokeAll();
  }

  poke(agencyId: string): void {
    if (this.#closed) return;
    this.#wanted.add(agencyId);
    if (!this.#running.has(agencyId)) this.#running.set(agencyId, this.#run(agencyId));
  }

  /** Waits for the rounds under way and begins no other. */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.#timer !== null) clearInterval(this.#timer);
    await Promise.all(this.#running.values());
  }

  async #run(agencyId: string): Promise<void> {
    try {
      while (this.#wanted.delete(agencyId) && !this.#closed)
        await this.#deps.round(this.#deps.store.forAgency(agencyId));
    } catch (error) {
      this.#deps.log.error({ agencyId, err: error }, 'a round of work failed; the next poll tries again');
    } finally {
      this.#running.delete(agencyId);
    }
  }

  async #pokeAll(): Promise<void> {
    try {
      const rows = await this.#deps.store.read((tx) => tx.all<{ id: string }>(`select id from agencies`));
      for (const { id } of rows) this.poke(id);
    } catch (error) {
      this.#deps.log.error({ err: error }, 'agencies could not be listed');
    }
  }
}
