/**
 * Why the database did not do what it was asked. Nothing of the transaction happened.
 *
 *   busy      somebody else held it for longer than a store waits
 *   conflict  two transactions got in each other's way; `write` has run the work again several times already
 *   full      no room on the disk
 *   io        the disk or the connection failed
 *   denied    this user may not write, or not open it
 *   damaged   what it reads there is no longer what it wrote
 *   newer     a later Transom wrote it, and says that this one must not use it
 *   served    another relay serves it
 *   closed    it was closed, because the process is ending
 */
export type StoreReason = 'busy' | 'conflict' | 'full' | 'io' | 'denied' | 'damaged' | 'newer' | 'served' | 'closed';

/** Any trouble with the database; `cause` is what the driver said. Anything else that a store throws is a fault of ours. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly reason: StoreReason;

  constructor(reason: StoreReason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}

/** Whether it is trouble with the database, for one of these reasons if any are named. */
export function isStoreError(error: unknown, ...reasons: readonly StoreReason[]): error is StoreError {
  return error instanceof StoreError && (reasons.length === 0 || reasons.includes(error.reason));
}

/** Thrown by work that sees that another transaction was faster: the store reruns it, and it then finds what that one wrote. */
export function overtaken(what: string): StoreError {
  return new StoreError('conflict', `Another transaction was faster: ${what}.`);
}
