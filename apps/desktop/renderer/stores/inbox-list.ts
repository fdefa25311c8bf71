import { type Lane, lanes } from '@transom/shared';
import { createStore } from 'zustand/vanilla';
import type { Row } from '../../contract/views.ts';
import type { CoreClient } from '../core-client.ts';
import { laneAt, type OrderFacts, placeIn } from '../desk/lane-order.ts';
import { type LaneRows, type LaneTable, moveRow, noLanes, trimLane, without } from '../desk/lane-rows.ts';

/**
 * The inbox as this window holds it: of each lane the first rows, never all. A change moves one row to its place. While
 * `hold` is on (the pointer moves over the list), rows change in place, and the moves wait to be counted and applied together;
 * only what closes soon, and what this person did themselves, does not wait.
 */
export type InboxListState = {
  readonly phase: 'loading' | 'ready';
  readonly rows: ReadonlyMap<string, Row>;
  readonly lanes: Readonly<Record<Lane, LaneRows>>;
  readonly counts: Readonly<Record<Lane, number>> | null;
  /** Handoffs that need a person now. */
  readonly handoffs: number;
  readonly isHeld: boolean;
  /** Rows that came or whose place changed while the list was held. */
  readonly waiting: ReadonlyMap<string, 'new' | 'moved'>;
  load(): Promise<void>;
  loadMore(lane: Lane): Promise<void>;
  apply(change: RowChange): void;
  hold(isHeld: boolean): void;
  /**
   * The next change of this row is what the person at the desk has just done: it is shown at once. Returns how to say that
   * nothing came of it.
   */
  expect(conversationId: string): () => void;
  /** Where a row belongs among those held here, whether it is one of them or not. */
  placeOf(row: Row): { readonly lane: Lane; readonly index: number };
  /** Applies what waits, held or not. */
  settle(): void;
  toggle(lane: Lane): void;
  /** Moves rows whose lane changed by the passing of time alone. */
  advance(): void;
  /** Lets go of rows that were loaded by scrolling, when the list is back at its top. */
  forgetTail(): void;
};
export type RowChange = { readonly changed: readonly Row[]; readonly gone: readonly string[] };
export const pageSize = 100;
/** Counting is one query over all conversations, so a storm of changes asks for it at most this often. */
const countEveryMs = 300;

export type InboxListStore = ReturnType<typeof createInboxListStore>;
export function createInboxListStore(client: CoreClient, facts: OrderFacts) {
  let countTimer: ReturnType<typeof setTimeout> | null = null;
  let generation = 0;
  /** What was told while the list is being read: the lanes were read before it, and will replace what is here. */
  let told: RowChange[] | null = null;
  const expected = new Set<string>();

  return createStore<InboxListState>()((set, get) => {
    const laneFor = (row: Row): Lane => laneAt(row, facts.now(), facts.rulesOf(row));

    const countSoon = () => {
      countTimer ??= setTimeout(() => {
        countTimer = null;
        client.call('inbox.counts', {}).then(
          ({ lanes: counts, handoffs }) => {
            // Counted anew after each change, and seldom different: nothing is drawn for the same numbers.
            const known = get().counts;
            const isSame = known !== null && lanes.every((lane) => known[lane] === counts[lane]);
            set({ counts: isSame ? known : counts, handoffs });
          },
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

    /** `table` with the rows of `ids` at their places. Of rows that stand nowhere, only those of `held` are kept. */
    const place = (
      table: LaneTable,
      ids: Iterable<string>,
      rows: Map<string, Row>,
      held: ReadonlyMap<string, unknown>,
    ): LaneTable => {
      let next = table;
      for (const id of ids) {
        const row = rows.get(id);
        if (row !== undefined) next = moveRow(next, rows, row, laneFor(row), false, facts);
      }
      for (const lane of lanes) {
        const trimmed = trimLane(next[lane]);
        if (trimmed !== next[lane]) next = { ...next, [lane]: trimmed };
      }
      const kept = new Set(lanes.flatMap((lane) => next[lane].ids));
      for (const id of rows.keys()) if (!kept.has(id) && !held.has(id)) rows.delete(id);
      return next;
    };

    /** Whether a row is news even where it belongs behind the last one held here. */
    const isNews = (row: Row) => row.unread && laneFor(row) === 'answer';

    const takeIn = ({ changed, gone }: RowChange) => {
      const rows = new Map(get().rows);
      const table = without(get().lanes, new Set(gone));
      const fresh = changed.filter((row) => (rows.get(row.id)?.rev ?? -1) <= row.rev);
      const held = new Map(gone.length === 0 ? get().waiting : [...get().waiting].filter(([id]) => !gone.includes(id)));
      const due = new Set<string>();
      for (const row of fresh) {
        const kind = rows.has(row.id) ? 'moved' : 'new';
        rows.set(row.id, row);
        // Whatever else lets it in, this was the change that was expected: the next one is somebody else's.
        const isExpected = expected.delete(row.id);
        if (!get().isHeld || laneFor(row) === 'closing' || isExpected) due.add(row.id);
        else if (moveRow(table, rows, row, laneFor(row), false, facts) !== table || (kind === 'new' && isNews(row)))
          held.set(row.id, held.get(row.id) ?? kind);
      }
      for (const id of gone) rows.delete(id);
      if (!get().isHeld) for (const id of held.keys()) due.add(id);
      for (const id of due) held.delete(id);
      countSoon();
      set({ lanes: place(table, due, rows, held), rows, waiting: held });
    };

    return {
      phase: 'loading',
      rows: new Map(),
      lanes: noLanes,
      counts: null,
      handoffs: 0,
      isHeld: false,
      waiting: new Map(),

      load: async () => {
        const mine = ++generation;
        const since: RowChange[] = [];
        told = since;
        const open = lanes.filter((lane) => !get().lanes[lane].isFolded);
        const [{ lanes: counts, handoffs }, ...pages] = await Promise.all([
          client.call('inbox.counts', {}),
          ...open.map((lane) => client.call('inbox.list', { lane, after: null, limit: pageSize })),
        ]).catch((cause: unknown) => {
          if (told === since) told = null;
          throw cause;
        });
        if (mine !== generation) return;
        const emptied = lanes.reduce(
          (all, lane) => ({
            ...all,
            [lane]: { ...noLanes[lane], isFolded: get().lanes[lane].isFolded, hasMore: !open.includes(lane) },
          }),
          noLanes,
        );
        set({ rows: new Map(), lanes: emptied, counts, handoffs, waiting: new Map() });
        open.forEach((lane, index) => take(lane, pages[index]?.rows ?? [], pages[index]?.hasMore ?? false));
        told = null;
        for (const change of since) takeIn(change);
        // These belong to the list as it was read, which nobody has seen yet.
        get().settle();
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

      apply: (change) => {
        told?.push(change);
        takeIn(change);
      },

      hold: (isHeld) => {
        if (isHeld === get().isHeld) return;
        set({ isHeld });
        if (!isHeld) get().settle();
      },

      expect: (conversationId) => {
        expected.add(conversationId);
        return () => void expected.delete(conversationId);
      },

      placeOf: (row) => {
        const lane = laneFor(row);
        const others = get().lanes[lane].ids.filter((id) => id !== row.id);
        return { lane, index: placeIn(lane, others, get().rows, row, facts) };
      },

      settle: () => {
        const { waiting, lanes: table } = get();
        if (waiting.size === 0) return;
        const rows = new Map(get().rows);
        set({ lanes: place(table, waiting.keys(), rows, new Map()), rows, waiting: new Map() });
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
        if (moved.length > 0) takeIn({ changed: moved, gone: [] });
      },

      forgetTail: () => {
        const all = get().lanes;
        if (lanes.every((lane) => all[lane].target <= pageSize)) return;
        set({ lanes: lanes.reduce((next, lane) => ({ ...next, [lane]: { ...next[lane], target: pageSize } }), all) });
        const rows = new Map(get().rows);
        set({ lanes: place(get().lanes, [], rows, get().waiting), rows });
      },
    };
  });
}
