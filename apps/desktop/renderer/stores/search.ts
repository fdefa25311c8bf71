import { createStore } from 'zustand/vanilla';
import type { SearchHit } from '../../contract/views.ts';
import type { CoreClient } from '../core-client.ts';

/** Search as you type. Only the answer to the newest query is shown. */
export type SearchState = {
  readonly query: string;
  readonly hits: readonly SearchHit[];
  /** The query that `hits` answer; null before the first answer. */
  readonly answered: string | null;
  readonly isFailed: boolean;
  ask(query: string): void;
};
const askAfterMs = 60;
const hitLimit = 50;

export function createSearchStore(client: CoreClient) {
  let timer: ReturnType<typeof setTimeout> | null = null;

  return createStore<SearchState>()((set, get) => {
    const find = async (query: string) => {
      try {
        const { hits } = await client.call('search.find', { text: query, limit: hitLimit });
        if (get().query === query) set({ hits, answered: query, isFailed: false });
      } catch {
        if (get().query === query) set({ hits: [], answered: query, isFailed: true });
      }
    };
    return {
      query: '',
      hits: [],
      answered: null,
      isFailed: false,
      ask: (query) => {
        if (timer !== null) clearTimeout(timer);
        set({ query });
        if (query.trim() === '') {
          set({ hits: [], answered: null, isFailed: false });
          return;
        }
        timer = setTimeout(() => void find(query), askAfterMs);
      },
    };
  });
}
