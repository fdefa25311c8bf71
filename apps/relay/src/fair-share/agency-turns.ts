type TurnLimits = {
  /** Turns that may run at once, in total and for one agency. */
  readonly atOnce: number;
  readonly ofAgency: number;
  /** A turn that takes longer no longer holds up the others. */
  readonly maxMs: number;
};

/**
 * Schedules work that fills memory until a desk or script has taken what it asked for. A few turns run at a time, agencies alternating, so
 * that neither a thousand desks that come back at once nor desks that do not read hold up anybody else.
 */
export class AgencyTurns {
  readonly #limits: TurnLimits;
  #underWay = 0;
  readonly #ofAgency = new Map<string, number>();
  /** Agencies in the order of their turns. */
  readonly #waiting = new Map<string, (() => void)[]>();

  constructor(limits: TurnLimits) {
    this.#limits = limits;
  }

  /** Runs `work` when it is its turn. `takesTooLong` is called if the turn passes to others before the work is done. */
  async take<T>(agencyId: string, work: () => Promise<T>, takesTooLong?: () => void): Promise<T> {
    await new Promise<void>((begin) => {
      const waiting = this.#waiting.get(agencyId) ?? [];
      this.#waiting.set(agencyId, waiting);
      waiting.push(begin);
      this.#beginNext();
    });
    let isOver = false;
    const end = (): void => {
      if (isOver) return;
      isOver = true;
      clearTimeout(impatience);
      this.#count(agencyId, -1);
      this.#beginNext();
    };
    const impatience = setTimeout(() => {
      takesTooLong?.();
      end();
    }, this.#limits.maxMs).unref();
    try {
      return await work();
    } finally {
      end();
    }
  }

  #beginNext(): void {
    for (const [agencyId, waiting] of this.#waiting) {
      if (this.#underWay >= this.#limits.atOnce) return;
      if ((this.#ofAgency.get(agencyId) ?? 0) >= this.#limits.ofAgency) continue;
      const begin = waiting.shift();
      // To the end of the line: the other agencies come next.
      this.#waiting.delete(agencyId);
      if (waiting.length > 0) this.#waiting.set(agencyId, waiting);
      this.#count(agencyId, 1);
      begin?.();
    }
  }

  #count(agencyId: string, change: 1 | -1): void {
    this.#underWay += change;
    const present = (this.#ofAgency.get(agencyId) ?? 0) + change;
    if (present === 0) this.#ofAgency.delete(agencyId);
    else this.#ofAgency.set(agencyId, present);
  }
}
