import { isStoreError } from './errors.ts';

const maxRuns = 5;

/**
 * Runs a transaction again that the database gave up for the sake of another one. Each attempt is a whole transaction; after the last
 * one the conflict goes on to the caller.
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
