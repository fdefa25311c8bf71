import { type Lane, lanes } from '@transom/shared';
import type { StoreApi } from 'zustand/vanilla';
import type { CoreClient } from '../core-client.ts';
import type { OrderFacts } from '../display/lane-order.ts';
import { type LaneTable, noLanes } from '../display/lane-rows.ts';
import type { InboxListState, RowChange } from './inbox-list-state.ts';
import { withPage } from './inbox-rows.ts';

export const pageSize = 100;

/** Reads rows from the core into the store: the first ones of each open lane, or the next ones of one lane. */
export function createInboxReading(
  client: CoreClient,
  { getState: get, setState: set }: StoreApi<InboxListState>,
  facts: OrderFacts,
  takeIn: (change: RowChange) => void,
) {
  let generation = 0;
  /** What was announced while the list is being read: the lanes were read before it, and will replace what is here. */
  let told: RowChange[] | null = null;

  return {
    note: (change: RowChange): void => void told?.push(change),
    isUnderWay: (): boolean => told !== null,

    async load(): Promise<void> {
      const mine = ++generation;
      const since: RowChange[] = [];
      told = since;
      // Later is read even while folded: nobody but the clock says when a conversation comes back from it.
      const open = lanes.filter((lane) => lane === 'later' || !get().lanes[lane].isFolded);
      const read = await readFirst(client, open).catch((cause: unknown) => {
        if (told === since) told = null;
        throw cause;
      });
      if (mine !== generation) return;
      const { counts, handoffs, pages } = read;
      set({ rows: new Map(), lanes: emptied(get().lanes, open), counts, handoffs, waiting: new Map() });
      for (const { lane, page } of pages) set(withPage(get(), lane, page, facts));
      told = null;
      for (const change of since) takeIn(change);
      // These belong to the list as it was read, which nobody has seen yet.
      get().settle();
      set({ phase: 'ready' });
    },

    async loadMore(lane: Lane): Promise<void> {
      const { ids, hasMore, isLoading } = get().lanes[lane];
      if (!hasMore || isLoading) return;
      const mine = generation;
      setLane({ isLoading: true, target: ids.length + pageSize });
      try {
        const page = await client.call('inbox.list', { lane, after: ids.at(-1) ?? null, limit: pageSize });
        if (mine === generation) set(withPage(get(), lane, page, facts));
      } catch {
        setLane({ isLoading: false });
      }

      function setLane(change: Partial<LaneTable[Lane]>): void {
        set({ lanes: { ...get().lanes, [lane]: { ...get().lanes[lane], ...change } } });
      }
    },
  };
}

async function readFirst(client: CoreClient, open: readonly Lane[]) {
  const [{ lanes: counts, handoffs }, pages] = await Promise.all([
    client.call('inbox.counts', {}),
    Promise.all(
      open.map(async (lane) => ({
        lane,
        page: await client.call('inbox.list', { lane, after: null, limit: pageSize }),
      })),
    ),
  ]);
  return { counts, handoffs, pages };
}

/** Folded lanes stay folded; those not read now are read when somebody unfolds them. */
function emptied(table: LaneTable, open: readonly Lane[]): LaneTable {
  return lanes.reduce(
    (all, lane) => ({
      ...all,
      [lane]: { ...noLanes[lane], isFolded: table[lane].isFolded, hasMore: !open.includes(lane) },
    }),
    noLanes,
  );
}
