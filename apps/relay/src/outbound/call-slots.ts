/**
 * How many calls to the channel may be in flight. Each account has slots of its own, so that one that hangs holds up nobody else. An
 * account's first slot is always available; further ones count towards its agency's limit. A total limit protects the machine.
 *
 * A slot is taken before anything is awaited, so that the limits hold however many agencies ask at the same moment.
 */
export type SlotLimits = { readonly account: number; readonly agency: number; readonly total: number };

export class CallSlots {
  readonly #limits: SlotLimits;
  readonly #poke: (agencyId: string) => void;
  readonly #calls = new Set<Promise<void>>();
  readonly #byAccount = new Map<string, number>();
  readonly #byAgency = new Map<string, number>();
  /** Agencies that found no slot free, in the order in which they asked. */
  readonly #waiting = new Set<string>();
  #total = 0;

  /** `poke` is called with an agency that may use a slot that was freed. */
  constructor(limits: SlotLimits, poke: (agencyId: string) => void) {
    this.#limits = limits;
    this.#poke = poke;
  }

  /** Whether this account may begin a call. If only the total limit prevents it, the agency is noted as waiting. */
  isFree(agencyId: string, accountId: string): boolean {
    const ofAccount = this.#byAccount.get(accountId) ?? 0;
    if (ofAccount >= this.#limits.account) return false;
    if (ofAccount > 0 && (this.#byAgency.get(agencyId) ?? 0) >= this.#limits.agency) return false;
    if (this.#total < this.#limits.total) return true;
    this.#waiting.add(agencyId);
    return false;
  }

  take(agencyId: string, accountId: string): boolean {
    if (!this.isFree(agencyId, accountId)) return false;
    this.#count(agencyId, accountId, 1);
    return true;
  }

  /** Returns a slot that was not needed, or whose call has ended; the agency that has waited longest is next. */
  give(agencyId: string, accountId: string): void {
    this.#count(agencyId, accountId, -1);
    const [next] = this.#waiting;
    if (next === undefined) return;
    this.#waiting.delete(next);
    this.#poke(next);
  }

  /** Makes a call in a slot that was taken. The call resolves to whether its agency should be looked at again at once; it never rejects. */
  run(agencyId: string, accountId: string, call: () => Promise<boolean>): void {
    const ended = call().then((isMoreToDo) => {
      this.#calls.delete(ended);
      this.give(agencyId, accountId);
      if (isMoreToDo) this.#poke(agencyId);
    });
    this.#calls.add(ended);
  }

  /** Resolves when no call is in flight. */
  async ended(): Promise<void> {
    while (this.#calls.size > 0) await Promise.all(this.#calls);
  }

  #count(agencyId: string, accountId: string, by: 1 | -1): void {
    this.#total += by;
    add(this.#byAccount, accountId, by);
    add(this.#byAgency, agencyId, by);
  }
}

function add(counts: Map<string, number>, key: string, by: number): void {
  const count = (counts.get(key) ?? 0) + by;
  if (count === 0) counts.delete(key);
  else counts.set(key, count);
}
