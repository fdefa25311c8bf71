import { randomBytes } from 'node:crypto';
import { type Refusal, refuse } from '@transom/shared';
import { isStoreError } from './errors.ts';

/**
 * What to answer after an exception. If the database cannot work now, desks retry automatically. A fault of ours would fail each time and
 * block its conversation forever, so it is a definite answer. Its number leads to the line in the log.
 */
export function explainTrouble(error: unknown): {
  readonly refusal: Refusal;
  readonly logged: { readonly err: unknown; readonly requestId?: string };
} {
  if (isStoreError(error)) return { refusal: refuse('not_stored'), logged: { err: error } };
  const requestId = randomBytes(4).toString('hex');
  return {
    refusal: refuse('internal_error.reference', { reference: requestId }),
    logged: { err: error, requestId },
  };
}
