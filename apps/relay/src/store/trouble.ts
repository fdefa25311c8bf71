import { randomBytes } from 'node:crypto';
import { type Refusal, refuse } from '@transom/shared';

/** SQLite's words for a disk or a lock that does not give what was asked: nothing happened, and the same may be tried again. */
const passing =
  /^(SQLITE_(FULL|IOERR|BUSY|LOCKED|READONLY|CANTOPEN|CORRUPT|NOTADB|PROTOCOL)|transaction_lost$|store_closed$)/;

/** Whether the database could not do its work, as opposed to a fault in ours. */
function isStoreTrouble(error: unknown): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && passing.test(error.code);
}

/**
 * What to say of an exception. A database that cannot work now is asked again by itself. A fault of ours would fail each time, and so
 * it is a definite answer: it would block its conversation for ever otherwise. Its number leads to the line in the log.
 */
export function explainTrouble(error: unknown): {
  readonly refusal: Refusal;
  readonly logged: { readonly err: unknown; readonly requestId?: string };
} {
  if (isStoreTrouble(error)) return { refusal: refuse('not_stored'), logged: { err: error } };
  const requestId = randomBytes(4).toString('hex');
  return {
    refusal: refuse(
      'internal_error',
      `Something in the relay failed. Its operator finds the reason in the relay\u2019s log, under ${requestId}.`,
    ),
    logged: { err: error, requestId },
  };
}
