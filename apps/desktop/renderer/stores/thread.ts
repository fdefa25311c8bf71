import type { Message, Refusal } from '@transom/shared';
import { createStore } from 'zustand/vanilla';
import type { OutboxItem, Row } from '../../contract/views.ts';
import type { CoreClient } from '../core-client.ts';
import { mergeMessages } from '../desk/merge-messages.ts';

/** The open conversation: what is cached of it, what came since, and what waits to go out. */
export type ThreadState = {
  readonly conversationId: string | null;
  readonly phase: 'loading' | 'ready' | 'failed';
  readonly row: Row | null;
  /** Oldest first, without a gap up to the newest. */
  readonly messages: readonly Message[];
  readonly outbox: readonly OutboxItem[];
  readonly hasMore: boolean;
  readonly olderUnreachable: boolean;
  readonly isReadingOlder: boolean;
  /** The message to show, when the thread was opened from a search. */
  readonly focusId: string | null;
  open(conversationId: string, at?: FocusPoint | null): Promise<void>;
  close(): void;
  reload(): Promise<void>;
  readOlder(): Promise<void>;
  seen(): void;
  applyRows(change: { readonly changed: readonly Row[]; readonly gone: readonly string[] }): void;
  applyMessages(change: { readonly changed: readonly Message[]; readonly gone: readonly string[] }): void;
  applyOutbox(items: readonly OutboxItem[]): void;
  retry(clientMessageId: string): Promise<void>;
  /** Takes an unsent reply back; resolves to its text, or null when it is on its way already. */
  withdraw(clientMessageId: string): Promise<string | null>;
  confirm(messageId: string, arrived: boolean): Promise<Refusal | null>;
};
export type FocusPoint = { readonly messageId: string; readonly sentAt: number };

export const threadPage = 60;
/** How far back a search hit is followed, in pages. */
const focusPages = 30;

const closed = {
  conversationId: null,
  phase: 'loading',
  row: null,
  messages: [],
  outbox: [],
  hasMore: false,
  olderUnreachable: false,
  isReadingOlder: false,
  focusId: null,
} as const;

export function createThreadStore(client: CoreClient) {
  let generation = 0;

  return createStore<ThreadState>()((set, get) => {
    const read = async (conversationId: string, mine: number) => {
      try {
        const page = await client.call('thread.read', { conversationId, before: null, limit: threadPage });
        if (mine !== generation) return;
        const { row, messages, outbox, hasMore, olderUnreachable } = page;
        set({ phase: 'ready', row, messages: mergeMessages([], messages), outbox, hasMore, olderUnreachable });
      } catch {
        if (mine === generation) set({ phase: 'failed' });
      }
    };

    return {
      ...closed,

      open: async (conversationId, at = null) => {
        const mine = ++generation;
        if (get().conversationId !== conversationId) set({ ...closed, conversationId });
        await read(conversationId, mine);
        if (mine !== generation || get().phase !== 'ready') return;
        get().seen();
        if (at === null) return;
        for (let pages = 0; pages < focusPages; pages += 1) {
          const { messages, hasMore } = get();
          if (messages.some(({ id }) => id === at.messageId) || !hasMore) break;
          await get().readOlder();
          if (mine !== generation || get().messages.length === messages.length) break;
        }
        set({ focusId: at.messageId });
      },

      close: () => {
        generation += 1;
        set(closed);
      },

      reload: async () => {
        const { conversationId } = get();
        if (conversationId !== null) await read(conversationId, ++generation);
      },

      readOlder: async () => {
        const { conversationId, messages, hasMore, isReadingOlder } = get();
        const oldest = messages[0];
        if (conversationId === null || oldest === undefined || !hasMore || isReadingOlder) return;
        const mine = generation;
        set({ isReadingOlder: true });
        try {
          const before = { sentAt: oldest.sentAt, id: oldest.id };
          const page = await client.call('thread.read', { conversationId, before, limit: threadPage });
          if (mine !== generation) return;
          const { hasMore: more, olderUnreachable } = page;
          set({
            messages: mergeMessages(get().messages, page.messages),
            hasMore: more,
            olderUnreachable,
            isReadingOlder: false,
          });
        } catch {
          if (mine === generation) set({ olderUnreachable: true, isReadingOlder: false });
        }
      },

      seen: () => {
        const { conversationId, row } = get();
        if (conversationId !== null && row?.unread === true)
          void client.call('thread.seen', { conversationId }).catch(() => undefined);
      },

      applyRows: ({ changed, gone }) => {
        const { conversationId, row } = get();
        const next = changed.find(({ id }) => id === conversationId);
        if (next !== undefined && next.rev >= (row?.rev ?? -1)) set({ row: next });
        if (conversationId !== null && gone.includes(conversationId)) get().close();
      },

      applyMessages: ({ changed, gone }) => {
        const { conversationId, messages, hasMore } = get();
        const oldest = messages[0];
        const mine = changed.filter((message) => message.conversationId === conversationId);
        // What is older than the oldest one here comes with its page; taken in now it would stand after a gap.
        const fitting = mine.filter((message) => !hasMore || oldest === undefined || message.sentAt >= oldest.sentAt);
        const kept = gone.length === 0 ? messages : messages.filter(({ id }) => !gone.includes(id));
        if (fitting.length > 0 || kept.length !== messages.length) set({ messages: mergeMessages(kept, fitting) });
      },

      applyOutbox: (items) => {
        const { conversationId, outbox } = get();
        const mine = items.filter((item) => item.conversationId === conversationId);
        if (mine.length > 0 || outbox.length > 0) set({ outbox: mine });
      },

      retry: async (clientMessageId) => {
        await client.call('outbox.retry', { clientMessageId });
      },
      withdraw: async (clientMessageId) => (await client.call('outbox.withdraw', { clientMessageId })).text,
      confirm: async (messageId, arrived) => {
        const outcome = await client.call('message.confirm', { messageId, arrived });
        return outcome.ok ? null : outcome.refusal;
      },
    };
  });
}
