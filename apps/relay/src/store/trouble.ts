import { randomBytes } from 'node:crypto';
import { type Refusal, refuse } from '@transom/shared';

/** SQLite's codes for trouble with the disk or a lock: nothing happened, and the same may be tried again. */
const passing =
  /^(SQLITE_(FULL|IOERR|BUSY|LOCKED|READONLY|CANTOPEN|CORRUPT|NOTADB|PROTOCOL)|transaction_lost$|store_closed$)/;

/** Whether the database could not do its work, as opposed to a fault in ours. */
function isStoreTrouble(error: unknown): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && passing.test(error.code);
}

/**
 * What to answer after an exception. If the database cannot work now, desks try again automatically. A fault of ours would fail each time
 * and block its conversation for ever, so it is a definite answer. Its number leads to the line in the log.
 */
export function explainTrouble(error: unknown): {
  readonly refusal: Refusal;
  readonly logged: { readonly err: unknown; readonly requestId?: string };
} {
  if (isStoreTrouble(error)) return { refusal: refuse('not_stored'), logged: { err: error } };
  const requestId = randomBytes(4).toString('hex');
  return {
    refusal: refuse('internal_error.reference', { reference: requestId }),
    logged: { err: error, requestId },
  };
}
