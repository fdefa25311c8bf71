import { hourMs } from '@transom/shared';

/** Wrong codes that one address may try in an hour. With 50 bits a code, guessing is hopeless long before. */
export const wrongCodesAnHour = 10;
/** Wrong codes per hour from all callers whose address is unknown. */
const wrongCodesOfUnknown = 100;
/** Addresses remembered at once; the oldest are forgotten first, so that a flood of addresses cannot fill the memory. */
const rememberedAddresses = 10_000;

/**
 * Counts wrong codes by address, in memory: a restart forgets them, and codes live only for minutes. An attempt counts when it begins, so
 * that five hundred at once are not all the first; a correct code takes its attempt back.
 *
 * Callers behind a proxy that does not name them share one address. If that were blocked, anybody could lock everybody out. So a correct
 * code is always accepted there, and only wrong ones are told to wait. Their length keeps codes from being guessed.
 */
export class AttemptLimit {
  readonly #triedAt = new Map<string, number[]>();
  #unknownTriedAt: number[] = [];

  /** How long this address must wait (ms) before it may try; 0 when it may, and then the attempt counts. */
  begin(address: string | null, now: number): number {
    if (address === null) return 0;
    const recent = recentOf(this.#triedAt.get(address), now);
    const oldest = recent[0];
    if (recent.length >= wrongCodesAnHour && oldest !== undefined) return oldest + hourMs - now;
    this.#triedAt.delete(address);
    this.#triedAt.set(address, [...recent, now]);
    const [first] = this.#triedAt.keys();
    if (this.#triedAt.size > rememberedAddresses && first !== undefined) this.#triedAt.delete(first);
    return 0;
  }

  /** The code was correct: the attempt that began at `at` does not count. */
  takeBack(address: string | null, at: number): void {
    const tried = address === null ? undefined : this.#triedAt.get(address);
    const index = tried?.lastIndexOf(at) ?? -1;
    if (index >= 0) tried?.splice(index, 1);
  }

  /** The code was wrong. How long the caller is told to wait (ms); 0 for not at all. */
  noteWrong(address: string | null, now: number): number {
    if (address !== null) return 0;
    this.#unknownTriedAt = recentOf(this.#unknownTriedAt, now);
    const [oldest] = this.#unknownTriedAt;
    if (this.#unknownTriedAt.length >= wrongCodesOfUnknown && oldest !== undefined) return oldest + hourMs - now;
    this.#unknownTriedAt.push(now);
    return 0;
  }
}

/** Attempts in the future were made before the clock was corrected; they must not block anybody for longer. */
function recentOf(triedAt: readonly number[] | undefined, now: number): number[] {
  return (triedAt ?? []).filter((at) => at <= now && now - at < hourMs);
}
