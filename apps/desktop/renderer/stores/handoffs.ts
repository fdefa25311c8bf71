import { createStore } from 'zustand/vanilla';
import type { CoreClient } from '../core-client.ts';
import { sentence } from '../text/sentence.ts';
import { text, type Words } from '../text/spoken.ts';

/**
 * Taking work, giving it back, finishing it, opening it again; `take_over`: an owner takes what somebody else holds. The row
 * changes when the relay says so; until then the button waits.
 */
export type HandoffAction = 'claim' | 'take_over' | 'release' | 'resolve' | 'reopen';
export type HandoffsState = {
  /** Conversations with an action in flight. */
  readonly busy: ReadonlySet<string>;
  act(action: HandoffAction, conversationId: string): Promise<Outcome>;
  /** Renews this person's claim in the background: no key waits for it, and a refusal shows in the row. */
  renew(conversationId: string): void;
};
/** `ignored`: an earlier one for the same conversation is still in flight. */
export type Outcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'ignored' }
  | { readonly kind: 'refused'; readonly reason: Words };

export function createHandoffsStore(client: CoreClient) {
  const renewing = new Set<string>();
  return createStore<HandoffsState>()((set, get) => ({
    busy: new Set(),
    renew: (conversationId) => {
      if (renewing.has(conversationId) || get().busy.has(conversationId)) return;
      renewing.add(conversationId);
      const done = () => void renewing.delete(conversationId);
      client.call('handoff.claim', { conversationId }).then(done, done);
    },
    act: async (action, conversationId) => {
      if (get().busy.has(conversationId)) return { kind: 'ignored' };
      set({ busy: new Set([...get().busy, conversationId]) });
      try {
        const outcome =
          action === 'take_over'
            ? await client.call('handoff.claim', { conversationId, takeOver: true })
            : await client.call(`handoff.${action}`, { conversationId });
        return outcome.ok ? { kind: 'done' } : { kind: 'refused', reason: () => sentence(outcome.refusal) };
      } catch {
        return { kind: 'refused', reason: () => text.notice.notReached };
      } finally {
        set({ busy: new Set([...get().busy].filter((id) => id !== conversationId)) });
      }
    },
  }));
}
