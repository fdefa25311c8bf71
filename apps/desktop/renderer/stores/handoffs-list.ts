import { createStore } from 'zustand/vanilla';
import type { Row } from '../../contract/views.ts';
import type { CoreClient } from '../core-client.ts';
import type { RowChange } from './inbox-list-state.ts';

/**
 * The handoffs that need a person now, as the core finds and orders them over all conversations. While they are shown they
 * are read again after changes; a row that is here already shows its change at once.
 */
export type HandoffsListState = {
  readonly phase: 'loading' | 'ready';
  readonly ids: readonly string[];
  readonly rows: ReadonlyMap<string, Row>;
  readonly hasMore: boolean;
  /** Reads the list when it comes into sight, and stops following changes when it goes. */
  show(isShown: boolean): void;
  loadMore(): Promise<void>;
  apply(change: RowChange): void;
  /** Keeps the order while somebody points at it. */
  hold(isHeld: boolean): void;
};
type Listed = Pick<HandoffsListState, 'ids' | 'rows'>;
const pageSize = 100;
const largestPage = 500;
/** Finding them is a query over all conversations, so a storm of changes asks for it at most this often. */
const readEveryMs = 300;

export function createHandoffsListStore(client: CoreClient) {
  let isShown = false;
  let isHeld = false;
  let isStale = false;
  let generation = 0;
  let timer: ReturnType<typeof setTimeout> | null = null;

  return createStore<HandoffsListState>()((set, get) => {
    const read = async () => {
      const mine = ++generation;
      isStale = false;
      const limit = Math.min(largestPage, Math.max(pageSize, get().ids.length));
      try {
        const { rows, hasMore } = await client.call('inbox.handoffs', { after: null, limit });
        if (mine === generation) set({ phase: 'ready', ...listOf(rows, get().rows), hasMore });
      } catch {
        // The list is read again with the next channel.
      }
    };
    const readSoon = () => {
      isStale = true;
      timer ??= setTimeout(() => {
        timer = null;
        if (isShown && !isHeld) void read();
      }, readEveryMs);
    };

    return {
      phase: 'loading',
      ids: [],
      rows: new Map(),
      hasMore: false,

      show: (shown) => {
        isShown = shown;
        if (shown) void read();
      },

      loadMore: async () => {
        const mine = generation;
        if (!get().hasMore) return;
        try {
          const page = await client.call('inbox.handoffs', { after: get().ids.at(-1) ?? null, limit: pageSize });
          // The list was read again meanwhile and may end elsewhere. Its end is in sight still, and nothing else asks again.
          if (mine !== generation) return get().loadMore();
          const { ids, rows } = get();
          const all = [...ids.flatMap((id) => rows.get(id) ?? []), ...page.rows.filter(({ id }) => !rows.has(id))];
          set({ ...listOf(all, rows), hasMore: page.hasMore });
        } catch {
          // Asked for again when the end of the list comes into sight again.
        }
      },

      apply: (change) => {
        set(withChange(get(), change));
        readSoon();
      },

      hold: (held) => {
        isHeld = held;
        if (!held && isStale) readSoon();
      },
    };
  });
}

/** What is here already shows its change at once; whether something else belongs here the core says. */
function withChange({ rows, ids }: Listed, { changed, gone }: RowChange): Listed {
  const known = changed.filter((row) => (rows.get(row.id)?.rev ?? Number.POSITIVE_INFINITY) <= row.rev);
  const left = ids.filter((id) => !gone.includes(id));
  if (known.length === 0 && left.length === ids.length) return { rows, ids };
  const next = new Map(rows);
  for (const row of known) next.set(row.id, row);
  return listOf(
    left.flatMap((id) => next.get(id) ?? []),
    next,
  );
}

/** Rows in their order; of two versions of one row the newer. */
function listOf(rows: readonly Row[], before: ReadonlyMap<string, Row>): Listed {
  const newest = rows.map((row) => {
    const known = before.get(row.id);
    return known !== undefined && known.rev > row.rev ? known : row;
  });
  return { ids: newest.map(({ id }) => id), rows: new Map(newest.map((row) => [row.id, row])) };
}
