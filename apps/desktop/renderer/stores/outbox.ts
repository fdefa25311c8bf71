import { createStore } from 'zustand/vanilla';
import type { OutboxItem } from '../../contract/views.ts';
import type { CoreClient } from '../core-client.ts';

/** What this desk has not handed over to the relay, in all conversations, so that rows can show it. */
export type OutboxState = {
  /** The most important item of each conversation: a held one before those that only wait. */
  readonly byConversation: ReadonlyMap<string, OutboxItem>;
  /** What was refused and waits for a person, oldest first. */
  readonly held: readonly OutboxItem[];
  load(): Promise<void>;
  apply(items: readonly OutboxItem[]): void;
};

export function createOutboxStore(client: CoreClient) {
  return createStore<OutboxState>()((set, get) => ({
    byConversation: new Map(),
    held: [],
    load: async () => get().apply((await client.call('outbox.list', {})).items),
    apply: (items) => {
      const byConversation = new Map<string, OutboxItem>();
      for (const item of items) {
        const known = byConversation.get(item.conversationId);
        if (known?.state !== 'held') byConversation.set(item.conversationId, item);
      }
      set({ byConversation, held: items.filter(({ state }) => state === 'held') });
    },
  }));
}
