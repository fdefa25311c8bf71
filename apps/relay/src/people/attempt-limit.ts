import { hourMs } from '@transom/shared';

/** Wrong codes that one address may try in an hour. With 50 bits a code, guessing is hopeless long before. */
export const wrongCodesAnHour = 10;
/** Addresses remembered at once; the oldest are forgotten first, so that a flood of addresses cannot fill the memory. */
const rememberedAddresses = 10_000;

/** Counts wrong codes by address, in memory: a restart forgives, and codes live for minutes only. */
export class AttemptLimit {
  readonly #wrongAt = new Map<string, number[]>();

  /** How long this address must wait (ms); 0 when it may try. */
  waitMs(address: string, now: number): number {
    const recent = this.#recent(address, now);
    const oldest = recent[0];
    return recent.length < wrongCodesAnHour || oldest === undefined ? 0 : oldest + hourMs - now;
  }

  noteWrong(address: string, now: number): void {
    const recent = this.#recent(address, now);
    this.#wrongAt.delete(address);
    this.#wrongAt.set(address, [...recent, now]);
    const [oldest] = this.#wrongAt.keys();
    if (this.#wrongAt.size > rememberedAddresses && oldest !== undefined) this.#wrongAt.delete(oldest);
  }

  #recent(address: string, now: number): number[] {
    return (this.#wrongAt.get(address) ?? []).filter((at) => now - at < hourMs);
  }
}
