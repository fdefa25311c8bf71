import type { Message } from '@transom/shared';
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { CoreClient } from '../core-client.ts';
import { mergeMessages } from '../display/merge-messages.ts';
import { findQuoted } from '../display/quoted.ts';
import { joins, mayHaveOlder, without } from './held-messages.ts';
import { focusOn, readingEnded, readOlder, readThread, seekQuoted } from './thread-reading.ts';
import { createReadings } from './thread-readings.ts';
import { closed, type ThreadState } from './thread-state.ts';

export function createThreadStore(client: CoreClient) {
  return createStore<ThreadState>()((set, get, store) => {
    const readings = createReadings(client, store);
    return {
      ...closed,
      open: async (conversationId, at = null) => {
        const isCurrent = readings.begin();
        if (get().conversationId !== conversationId) set({ ...closed, conversationId });
        await readings.during(conversationId, (reading) => readThread(reading, at));
        return at === null || !isCurrent() || get().phase !== 'ready' || get().focusId === at.messageId;
      },
      close: () => {
        readings.begin();
        set(closed);
      },
      reload: async () => {
        const { conversationId } = get();
        if (conversationId === null) return;
        readings.begin();
        await readings.during(conversationId, (reading) => readThread(reading, null));
      },
      readOlder: async () => {
        const { conversationId, messages, isReadingOlder } = get();
        if (conversationId === null || isReadingOlder || !mayHaveOlder(get())) return;
        const [oldest] = messages;
        if (oldest === undefined) await get().reload();
        else await readings.during(conversationId, (reading) => readOlder(reading, oldest));
      },
      showQuoted: (nativeId) => showQuoted(nativeId, store, readings),
      seen: () => {
        const { conversationId } = get();
        if (conversationId !== null && readings.isUnread())
          void client.call('thread.seen', { conversationId }).catch(() => undefined);
      },
      applyRows: ({ changed, gone }) => {
        const { conversationId, row, phase } = get();
        const next = changed.find(({ id }) => id === conversationId);
        if (next !== undefined) readings.tell({ row: next });
        if (next !== undefined && phase === 'ready' && next.rev >= (row?.rev ?? -1)) {
          readings.noteUnread(next.unread);
          // Only the list shows whether it was read: the thread is not redrawn for that.
          if (next.rev !== row?.rev) set({ row: next });
        }
        if (conversationId !== null && gone.includes(conversationId)) get().close();
      },
      applyMessages: ({ changed, gone }) => {
        readings.tell({ gone });
        const merged = withChanges(get(), changed, gone);
        if (merged !== get().messages) set({ messages: merged });
      },
      applyOutbox: (items) => {
        const { conversationId, outbox } = get();
        const mine = items.filter((item) => item.conversationId === conversationId);
        readings.tell({ outbox: mine });
        if (mine.length > 0 || outbox.length > 0) set({ outbox: mine });
      },
    };
  });
}

function withChanges(state: ThreadState, changed: readonly Message[], gone: readonly string[]): readonly Message[] {
  const { conversationId, messages } = state;
  const mine = changed.filter((message) => message.conversationId === conversationId && joins(message, state));
  return mergeMessages(without(messages, new Set(gone)), mine);
}

async function showQuoted(
  nativeId: string,
  store: StoreApi<ThreadState>,
  readings: ReturnType<typeof createReadings>,
): Promise<boolean | null> {
  const { conversationId, messages, isReadingOlder } = store.getState();
  const here = findQuoted(messages, nativeId);
  if (here !== undefined) {
    store.setState(focusOn(here.id, store.getState()));
    return true;
  }
  if (conversationId === null) return null;
  if (!isReadingOlder) return readings.during(conversationId, (reading) => seekQuoted(reading, nativeId));
  const isCurrent = readings.watch();
  await readingEnded(store);
  return isCurrent() ? showQuoted(nativeId, store, readings) : null;
}
