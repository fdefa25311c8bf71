import { lanes } from '@transom/shared';
import type { StoreApi } from 'zustand/vanilla';
import type { CoreClient } from '../core-client.ts';
import type { InboxListState } from './inbox-list-state.ts';

/** Counting is one query over all conversations, so a storm of changes asks for it at most this often. */
const countEveryMs = 300;

/** Returns how to say that something changed which the counts may depend on. */
export function createInboxCounting(
  client: CoreClient,
  { getState: get, setState: set }: StoreApi<InboxListState>,
): () => void {
  let timer: ReturnType<typeof setTimeout> | null = null;
  return () => {
    timer ??= setTimeout(() => {
      timer = null;
      client.call('inbox.counts', {}).then(
        ({ lanes: counts, handoffs }) => {
          // Counted again after each change, and seldom different: nothing is drawn for the same numbers.
          const known = get().counts;
          const isSame = known !== null && lanes.every((lane) => known[lane] === counts[lane]);
          set({ counts: isSame ? known : counts, handoffs });
        },
        () => undefined,
      );
    }, countEveryMs);
  };
}
