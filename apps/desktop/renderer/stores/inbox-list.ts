import { lanes } from '@transom/shared';
import { createStore } from 'zustand/vanilla';
import type { CoreClient } from '../core-client.ts';
import { type OrderFacts, placeIn } from '../display/lane-order.ts';
import { createInboxCounting } from './inbox-counting.ts';
import { type InboxListState, type RowChange, unreadInbox } from './inbox-list-state.ts';
import { createInboxReading, pageSize } from './inbox-reading.ts';
import { laneFor, overtaken, withChange, withPlaced } from './inbox-rows.ts';

export function createInboxListStore(client: CoreClient, facts: OrderFacts) {
  const expected = new Set<string>();

  return createStore<InboxListState>()((set, get, store) => {
    const countSoon = createInboxCounting(client, store);
    const takeIn = (change: RowChange) => {
      countSoon();
      set(withChange(get(), change, expected, facts));
    };
    const reading = createInboxReading(client, store, facts, takeIn);

    return {
      ...unreadInbox,
      load: reading.load,
      loadMore: reading.loadMore,
      apply: (change) => {
        reading.note(change);
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
        const lane = laneFor(row, facts);
        const others = get().lanes[lane].ids.filter((id) => id !== row.id);
        return { lane, index: placeIn(lane, others, get().rows, row, facts) };
      },
      settle: () => {
        const { waiting } = get();
        if (waiting.size > 0) set({ ...withPlaced(get(), waiting.keys(), new Map(), facts), waiting: new Map() });
      },
      toggle: (lane) => {
        const { ids, isFolded } = get().lanes[lane];
        set({ lanes: { ...get().lanes, [lane]: { ...get().lanes[lane], isFolded: !isFolded } } });
        if (isFolded && ids.length === 0) void get().loadMore(lane);
      },
      advance: () => {
        const moved = overtaken(get(), facts);
        if (moved.length > 0) takeIn({ changed: moved, gone: [] });
        // What comes back next is on top of Later: once all that was held of it is back, more may be back that was not. A reading that takes
        // longer than a tick of the clock must not be begun again at each.
        const { later } = get().lanes;
        if (later.hasMore && later.ids.length === 0 && !reading.isUnderWay())
          get()
            .load()
            .catch(() => undefined);
      },
      forgetTail: () => {
        const all = get().lanes;
        if (lanes.every((lane) => all[lane].target <= pageSize)) return;
        set({ lanes: lanes.reduce((next, lane) => ({ ...next, [lane]: { ...next[lane], target: pageSize } }), all) });
        set(withPlaced(get(), [], get().waiting, facts));
      },
    };
  });
}
