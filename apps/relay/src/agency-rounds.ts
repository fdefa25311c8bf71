import type { Logger } from './log.ts';
import type { AgencyStore, Store } from './store/port.ts';

export type AgencyRoundsDeps = {
  readonly store: Store;
  readonly log: Logger;
  /** Does everything that is due for one agency now. Called again if the agency is poked meanwhile, never twice at once. */
  readonly round: (agency: AgencyStore) => Promise<void>;
  /** Nobody pokes for work that becomes due with time alone: all agencies are polled this often. */
  readonly pollMs: number;
};

/** Runs a round of work for each poked agency, one round at a time per agency, and regularly for all of them. */
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

  /** Waits for the rounds in progress and starts no more. */
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
