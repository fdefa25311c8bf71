import { createStore } from 'zustand/vanilla';
import type { Row } from '../../contract/views.ts';
import type { CoreClient } from '../core-client.ts';
import type { RowChange } from './inbox-list-state.ts';

/**
 * The handoffs that need a person now, as the core finds and orders them among all conversations. While shown, they are reread after
 * changes; a row that is here already shows its change immediately.
 */
export type HandoffsListState = {
  readonly phase: 'loading' | 'ready';
  readonly ids: readonly string[];
  readonly rows: ReadonlyMap<string, Row>;
  readonly hasMore: boolean;
  /** Reads the list when it is shown, and stops following changes when it is hidden. */
  show(isShown: boolean): void;
  loadMore(): Promise<void>;
  apply(change: RowChange): void;
  /** Keeps the order while somebody points at it. */
  hold(isHeld: boolean): void;
};
type Listed = Pick<HandoffsListState, 'ids' | 'rows'>;
const pageSize = 100;
const largestPage = 500;
/** Finding them queries all conversations, so bursts of changes are coalesced to one query per this interval. */
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
        // The list is reread with the next pipe.
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
          // The list was reread meanwhile and may end elsewhere. Its end is still in view, and nothing else would ask again.
          if (mine !== generation) return get().loadMore();
          const { ids, rows } = get();
          const all = [...ids.flatMap((id) => rows.get(id) ?? []), ...page.rows.filter(({ id }) => !rows.has(id))];
          set({ ...listOf(all, rows), hasMore: page.hasMore });
        } catch {
          // Requested again when the end of the list comes back into view.
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

/** A row that is here already shows its change immediately; the core decides what else belongs here. */
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
