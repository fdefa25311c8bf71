import type { Lane } from '@transom/shared';

/**
 * What stood around a conversation when somebody came to it. An answer takes its row to another lane; the next step then goes on from
 * where the person was, and not from where the row went.
 */
export type Surroundings = {
  readonly id: string;
  readonly lane: Lane | null;
  /** Nearest first. */
  readonly before: readonly string[];
  readonly after: readonly string[];
};
