/** Desks that may catch up at once, each with one page under way: together, and of one agency. */
const mostAtOnce = 96;
const mostOfAgency = 64;
/** A desk that takes longer does not hold up the others any more. */
export const longestTurnMs = 2_000;

/**
 * Whose turn it is to catch up. When a thousand desks come back at once, a few have their turn at a time, agencies in turn, so that
 * neither memory nor the store is filled with pages that nobody has read yet. A turn is for all pages that a desk lacks: were it for one,
 * there would be more to catch up with by the next turn than in this one, and none would ever arrive where much is written. Desks that are live never wait here.
 */
export class CatchUpTurns {
  #underWay = 0;
  readonly #ofAgency = new Map<string, number>();
  /** Agencies in the order of their turns. */
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
