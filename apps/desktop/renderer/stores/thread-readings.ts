import type { StoreApi } from 'zustand/vanilla';
import type { CoreClient } from '../core-client.ts';
import type { Told } from './held-messages.ts';
import type { Reading } from './thread-reading.ts';
import type { ThreadState } from './thread-state.ts';

type News = { readonly [K in keyof Told]?: K extends 'gone' ? readonly string[] : Told[K] };

/** The reads in flight: which of them still count, and what changes meanwhile, which each is told. */
export function createReadings(client: CoreClient, store: StoreApi<ThreadState>) {
  let generation = 0;
  let isUnread = false;
  const underWay = new Set<Told>();
  const noteUnread = (unread: boolean) => {
    isUnread = unread;
  };
  /** Returns whether the conversation is still the same one, read from the same core. */
  const watch = (): (() => boolean) => {
    const mine = generation;
    return () => mine === generation;
  };

  return {
    watch,
    noteUnread,
    isUnread: (): boolean => isUnread,
    /** Invalidates everything that is still being read. */
    begin: (): (() => boolean) => {
      generation += 1;
      return watch();
    },
    during: async <T>(conversationId: string, work: (reading: Reading) => Promise<T>): Promise<T> => {
      const told: Told = { row: null, outbox: null, gone: new Set() };
      underWay.add(told);
      try {
        return await work({ client, store, conversationId, told, isCurrent: watch(), noteUnread });
      } finally {
        underWay.delete(told);
      }
    },
    tell: ({ row, outbox, gone = [] }: News): void => {
      for (const told of underWay) {
        if (row !== undefined) told.row = row;
        if (outbox !== undefined) told.outbox = outbox;
        for (const id of gone) told.gone.add(id);
      }
    },
  };
}
