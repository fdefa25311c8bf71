import { isStoreError } from './errors.ts';

const maxRuns = 5;

/**
 * Reruns a transaction that the database aborted in favor of another one. Each attempt is a whole transaction; after the last one, the
 * conflict is thrown to the caller.
 */
export async function runAgainAfterConflict<T>(transaction: () => Promise<T>): Promise<T> {
  for (let run = 1; ; run += 1) {
    try {
      return await transaction();
    } catch (error) {
      if (run === maxRuns || !isStoreError(error, 'conflict')) throw error;
    }
  }
}
