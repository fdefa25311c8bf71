/**
 * One after the other: SQLite has one writer, and a transaction spans several awaits. Work that is queued here starts when
 * the work before it has settled, whether that succeeded or not.
 */
export class TurnTaking {
  #last: Promise<unknown> = Promise.resolve();

  take<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work);
    this.#last = turn.then(
      () => undefined,
      () => undefined,
    );
    return turn;
  }
}
