/** Pages to desks that catch up which may be under way at once: together, and for one agency. */
const mostAtOnce = 32;
const mostOfAgency = 24;
/** A desk that takes longer to acknowledge does not hold up the others any more. */
const longestTurnMs = 2_000;

/**
 * Whose turn it is to catch up. When a thousand desks come back at once, a few get a page at a time, agencies in turn, so that
 * neither memory nor the store is filled with pages that nobody has read yet. Desks that are live never wait here.
 */
export class CatchUpTurns {
  #underWay = 0;
  readonly #ofAgency = new Map<string, number>();
  /** Agencies in the order in which they are next. */
  readonly #waiting = new Map<string, (() => void)[]>();

  /** Runs `catchUp` when it is its turn. */
  async take<T>(agencyId: string, catchUp: () => Promise<T>): Promise<T> {
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
    const impatience = setTimeout(end, longestTurnMs).unref();
    try {
      return await catchUp();
    } finally {
      end();
    }
  }

  #beginNext(): void {
    for (const [agencyId, waiting] of this.#waiting) {
      if (this.#underWay >= mostAtOnce) return;
      if ((this.#ofAgency.get(agencyId) ?? 0) >= mostOfAgency) continue;
      const begin = waiting.shift();
      // To the end of the row: the other agencies are next.
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
