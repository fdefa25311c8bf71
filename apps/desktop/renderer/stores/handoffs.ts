import { createStore } from 'zustand/vanilla';
import type { CoreClient } from '../core-client.ts';
import { text } from '../text/en.ts';

/** Taking work, giving it back, finishing it. The row changes when the relay says so; until then the button waits. */
/** `take_over`: an owner takes what somebody else holds. */
export type HandoffAction = 'claim' | 'take_over' | 'release' | 'resolve' | 'reopen';
export type HandoffsState = {
  /** Conversations with an action under way. */
  readonly busy: ReadonlySet<string>;
  /** Resolves to null when it was done, else to the reason in words. */
  act(action: HandoffAction, conversationId: string): Promise<string | null>;
};
export function createHandoffsStore(client: CoreClient) {
  return createStore<HandoffsState>()((set, get) => ({
    busy: new Set(),
    act: async (action, conversationId) => {
      if (get().busy.has(conversationId)) return null;
      set({ busy: new Set([...get().busy, conversationId]) });
      try {
        const outcome =
          action === 'take_over'
            ? await client.call('handoff.claim', { conversationId, takeOver: true })
            : await client.call(`handoff.${action}`, { conversationId });
        return outcome.ok ? null : outcome.refusal.detail;
      } catch {
        return text.notice.notReached;
      } finally {
        set({ busy: new Set([...get().busy].filter((id) => id !== conversationId)) });
      }
    },
  }));
}
