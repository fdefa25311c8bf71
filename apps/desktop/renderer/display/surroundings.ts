import type { Lane } from '@transom/shared';

/**
 * The neighbors of a conversation in the list when somebody came to it. An answer moves its row to another lane; the next step then
 * continues from where the person was, not from where the row went.
 */
export type Surroundings = {
  readonly id: string;
  readonly lane: Lane | null;
  /** Nearest first. */
  readonly before: readonly string[];
  readonly after: readonly string[];
};
