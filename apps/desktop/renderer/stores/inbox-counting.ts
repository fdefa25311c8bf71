import { lanes } from '@transom/shared';
import type { StoreApi } from 'zustand/vanilla';
import type { CoreClient } from '../core-client.ts';
import type { InboxListState } from './inbox-list-state.ts';

/** Counting queries all conversations, so bursts of changes are coalesced to one query per this interval. */
const countEveryMs = 300;

/** Returns what to call when something has changed that the counts may depend on. */
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
          // Counted after each change, but rarely different: the same numbers are not drawn again.
          const known = get().counts;
          const isSame = known !== null && lanes.every((lane) => known[lane] === counts[lane]);
          set({ counts: isSame ? known : counts, handoffs });
        },
        () => undefined,
      );
    }, countEveryMs);
  };
}
