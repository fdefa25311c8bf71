import { type Lane, lanes } from '@transom/shared';
import { createStore } from 'zustand/vanilla';
import type { Row } from '../../contract/views.ts';
import type { CoreClient } from '../core-client.ts';
import { laneAt, type OrderFacts } from '../desk/lane-order.ts';
import { type LaneRows, moveRow, noLanes, trimLane } from '../desk/lane-rows.ts';

/**
 * The inbox as this window holds it: of each lane the first rows, never all. A change moves one row to its place. While
 * `hold` is on (the pointer is over the list), rows change in place, and the moves wait to be counted and applied together.
 */
export type InboxListState = {
  readonly phase: 'loading' | 'ready';
  readonly rows: ReadonlyMap<string, Row>;
  readonly lanes: Readonly<Record<Lane, LaneRows>>;
  readonly counts: Readonly<Record<Lane, number>> | null;
  /** Handoffs that need a person now. */
  readonly handoffs: number;
  readonly isHeld: boolean;
  /** Rows whose place changed while the list was held. */
  readonly waiting: ReadonlySet<string>;
  load(): Promise<void>;
  loadMore(lane: Lane): Promise<void>;
  apply(change: { readonly changed: readonly Row[]; readonly gone: readonly string[] }): void;
  hold(isHeld: boolean): void;
  /** Applies what waits, held or not. */
  settle(): void;
  toggle(lane: Lane): void;
  /** Moves rows whose lane changed by the passing of time alone. */
  advance(): void;
  /** Lets go of rows that were loaded by scrolling, when the list is back at its top. */
  forgetTail(): void;
};
export const pageSize = 100;
/** Counting is one query over all conversations, so a storm of changes asks for it at most this often. */
const countEveryMs = 300;

export function createInboxListStore(client: CoreClient, facts: OrderFacts) {
  let countTimer: ReturnType<typeof setTimeout> | null = null;
  let generation = 0;

  return createStore<InboxListState>()((set, get) => {
    const laneFor = (row: Row): Lane => laneAt(row, facts.now(), facts.humanAgentApproved(row.accountId));

    const countSoon = () => {
      countTimer ??= setTimeout(() => {
        countTimer = null;
        client.call('inbox.counts', {}).then(
          ({ lanes: counts, handoffs }) => set({ counts, handoffs }),
          () => undefined,
        );
      }, countEveryMs);
    };

    /** Takes rows of one lane in, newer revisions win. */
    const take = (lane: Lane, rows: readonly Row[], hasMore: boolean) => {
      const held = new Map(get().rows);
      let next = get().lanes;
      for (const row of rows) {
        const known = held.get(row.id);
        const newest = known !== undefined && known.rev > row.rev ? known : row;
        held.set(row.id, newest);
        next = moveRow(next, held, newest, laneFor(newest), true, facts);
      }
      set({ rows: held, lanes: { ...next, [lane]: { ...next[lane], hasMore, isLoading: false } } });
    };

    const place = (ids: Iterable<string>, rows: Map<string, Row>) => {
      let next = get().lanes;
      for (const id of ids) {
        const row = rows.get(id);
        if (row !== undefined) next = moveRow(next, rows, row, laneFor(row), false, facts);
      }
      next = lanes.reduce((all, lane) => ({ ...all, [lane]: trimLane(all[lane]) }), next);
      const kept = new Set(lanes.flatMap((lane) => next[lane].ids));
      for (const id of rows.keys()) if (!kept.has(id)) rows.delete(id);
      return next;
    };

    return {
      phase: 'loading',
      rows: new Map(),
      lanes: noLanes,
      counts: null,
      handoffs: 0,
      isHeld: false,
      waiting: new Set(),

      load: async () => {
        const mine = ++generation;
        const open = lanes.filter((lane) => !get().lanes[lane].isFolded);
        const pages = await Promise.all(
          open.map((lane) => client.call('inbox.list', { lane, after: null, limit: pageSize })),
        );
        const { lanes: counts, handoffs } = await client.call('inbox.counts', {});
        if (mine !== generation) return;
        const emptied = lanes.reduce(
          (all, lane) => ({
            ...all,
            [lane]: { ...noLanes[lane], isFolded: get().lanes[lane].isFolded, hasMore: !open.includes(lane) },
          }),
          noLanes,
        );
        set({ rows: new Map(), lanes: emptied, counts, handoffs, waiting: new Set() });
        open.forEach((lane, index) => take(lane, pages[index]?.rows ?? [], pages[index]?.hasMore ?? false));
        set({ phase: 'ready' });
      },

      loadMore: async (lane) => {
        const { ids, hasMore, isLoading } = get().lanes[lane];
        if (!hasMore || isLoading) return;
        const mine = generation;
        set({
          lanes: { ...get().lanes, [lane]: { ...get().lanes[lane], isLoading: true, target: ids.length + pageSize } },
        });
        try {
          const page = await client.call('inbox.list', { lane, after: ids.at(-1) ?? null, limit: pageSize });
          if (mine === generation) take(lane, page.rows, page.hasMore);
        } catch {
          set({ lanes: { ...get().lanes, [lane]: { ...get().lanes[lane], isLoading: false } } });
        }
      },

      apply: ({ changed, gone }) => {
        const rows = new Map(get().rows);
        const lanesBefore = get().lanes;
        const fresh = changed.filter((row) => (rows.get(row.id)?.rev ?? -1) <= row.rev);
        for (const row of fresh) rows.set(row.id, row);
        countSoon();
        if (get().isHeld && gone.length === 0) {
          const moved = fresh.filter(
            (row) => moveRow(lanesBefore, rows, row, laneFor(row), false, facts) !== lanesBefore,
          );
          if (moved.length > 0) set({ rows, waiting: new Set([...get().waiting, ...moved.map(({ id }) => id)]) });
          else set({ rows });
          return;
        }
        const erased = new Set(gone);
        for (const id of gone) rows.delete(id);
        if (erased.size > 0) {
          const without = lanes.reduce(
            (all, lane) => ({ ...all, [lane]: { ...all[lane], ids: all[lane].ids.filter((id) => !erased.has(id)) } }),
            lanesBefore,
          );
          set({ lanes: without });
        }
        const due = new Set([...get().waiting, ...fresh.map(({ id }) => id)]);
        set({ lanes: place(due, rows), rows, waiting: new Set() });
      },

      hold: (isHeld) => {
        if (isHeld === get().isHeld) return;
        set({ isHeld });
        if (!isHeld) get().settle();
      },

      settle: () => {
        if (get().waiting.size === 0) return;
        const rows = new Map(get().rows);
        set({ lanes: place(get().waiting, rows), rows, waiting: new Set() });
      },

      toggle: (lane) => {
        const { ids, isFolded } = get().lanes[lane];
        set({ lanes: { ...get().lanes, [lane]: { ...get().lanes[lane], isFolded: !isFolded } } });
        if (isFolded && ids.length === 0) void get().loadMore(lane);
      },

      advance: () => {
        const { rows, lanes: now } = get();
        const moved = (['closing', 'answer'] as const).flatMap((lane) =>
          now[lane].ids.flatMap((id) => {
            const row = rows.get(id);
            return row === undefined || laneFor(row) === lane ? [] : [row];
          }),
        );
        if (moved.length > 0) get().apply({ changed: moved, gone: [] });
      },

      forgetTail: () => {
        const all = get().lanes;
        if (lanes.every((lane) => all[lane].target <= pageSize)) return;
        set({ lanes: lanes.reduce((next, lane) => ({ ...next, [lane]: { ...next[lane], target: pageSize } }), all) });
        const rows = new Map(get().rows);
        set({ lanes: place([], rows), rows });
      },
    };
  });
}
