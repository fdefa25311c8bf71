import type { Message, Refusal } from '@transom/shared';
import { createStore } from 'zustand/vanilla';
import type { MethodOutput } from '../../contract/contract.ts';
import type { OutboxItem, Row } from '../../contract/views.ts';
import type { CoreClient } from '../core-client.ts';
import { mergeMessages } from '../desk/merge-messages.ts';
import { findQuoted, isQuoted } from '../desk/quoted.ts';

/** The open conversation: what is cached of it, what came since, and what waits to go out. */
export type ThreadState = {
  readonly conversationId: string | null;
  readonly phase: 'loading' | 'ready' | 'failed';
  readonly row: Row | null;
  /** Oldest first, without a gap up to the newest. */
  readonly messages: readonly Message[];
  readonly outbox: readonly OutboxItem[];
  /** More is on this computer or at the relay, as far as is known. */
  readonly hasMore: boolean;
  /** There may be more, but the last attempt to read it failed: with `hasMore` here, else at the relay. */
  readonly olderUnreachable: boolean;
  readonly isReadingOlder: boolean;
  /** The message to show and mark: the hit of a search, or what a quote stands for. */
  readonly focusId: string | null;
  /** Goes up each time that a message is to be shown, also when it is the same one again. */
  readonly focusCount: number;
  open(conversationId: string, at?: FocusPoint | null): Promise<void>;
  close(): void;
  reload(): Promise<void>;
  readOlder(): Promise<void>;
  /**
   * Shows the message or comment with this id of Meta's; false when it is not within reach, null when nobody looked: older ones
   * are being read already, or the conversation was left.
   */
  showQuoted(nativeId: string): Promise<boolean | null>;
  seen(): void;
  applyRows(change: { readonly changed: readonly Row[]; readonly gone: readonly string[] }): void;
  applyMessages(change: { readonly changed: readonly Message[]; readonly gone: readonly string[] }): void;
  applyOutbox(items: readonly OutboxItem[]): void;
  /** `seenMessageId`: the answer of somebody else that the author has seen and sends theirs in spite of. */
  retry(clientMessageId: string, seenMessageId?: string): Promise<void>;
  /** Takes an unsent reply back, whose words are a draft again then; false when it is on its way already. */
  withdraw(clientMessageId: string): Promise<boolean>;
  /** Takes back a reply that the relay has queued; `keep` makes its words a draft again. */
  withdrawQueued(messageId: string, keep: boolean): Promise<MethodOutput<'reply.withdraw'>>;
  confirm(messageId: string, arrived: boolean): Promise<Refusal | null>;
};
export type FocusPoint = { readonly messageId: string; readonly sentAt: number };

export const threadPage = 60;
/** A message of long ago is looked for in larger steps, and not without end. */
const seekPage = 200;
const seekPages = 10;
/** As much as the core answers at a time. */
const largestPage = 500;

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
  focusCount: 0,
} as const;

type Held = Pick<ThreadState, 'messages' | 'hasMore' | 'olderUnreachable'>;
type Reach = Omit<Held, 'messages'>;
const reachOf = ({ hasMore, olderUnreachable }: Reach): Reach => ({ hasMore, olderUnreachable });
const mayHaveOlder = ({ hasMore, olderUnreachable }: Reach): boolean => hasMore || olderUnreachable;
/** What is older than the oldest one here comes with its page; taken in before, it would stand after a gap. */
const joins = ({ sentAt }: Message, held: Held): boolean =>
  !mayHaveOlder(held) || held.messages[0] === undefined || sentAt >= held.messages[0].sentAt;

export function createThreadStore(client: CoreClient) {
  let generation = 0;
  let isUnread = false;

  return createStore<ThreadState>()((set, get) => {
    /** The messages before `oldest`, or the newest. As long as there is more on this computer, nothing is out of reach. */
    const readPage = async (conversationId: string, oldest: Message | undefined, limit: number) => {
      const before = oldest === undefined ? null : { sentAt: oldest.sentAt, id: oldest.id };
      const page = await client.call('thread.read', { conversationId, before, limit });
      return { ...page, olderUnreachable: page.olderUnreachable && !page.hasMore };
    };

    /** Older pages put before `held` until that is `enough`, there are no more, or it is too far back. */
    const readBack = async (
      conversationId: string,
      held: Held,
      isEnough: (messages: readonly Message[]) => boolean,
      { pageSize, mostPages } = { pageSize: seekPage, mostPages: seekPages },
    ): Promise<Held> => {
      let now = held;
      for (let pages = 0; pages < mostPages && mayHaveOlder(now) && !isEnough(now.messages); pages += 1) {
        const { messages, hasMore } = now;
        if (messages[0] === undefined) break;
        const page = await readPage(conversationId, messages[0], pageSize).catch(() => ({
          messages: [],
          hasMore,
          olderUnreachable: true,
        }));
        now = { ...reachOf(page), messages: mergeMessages(messages, page.messages) };
        if (page.messages.length === 0) break;
      }
      return now;
    };

    /** As far back as was shown; with `at` as far back as that one, and nothing is shown before it is there. */
    const read = async (conversationId: string, mine: number, at: FocusPoint | null) => {
      const before = get().messages;
      const shownFrom = before[0]?.sentAt ?? Number.POSITIVE_INFINITY;
      const limit = Math.min(largestPage, Math.max(threadPage, before.length));
      try {
        const page = await readPage(conversationId, undefined, limit);
        if (mine !== generation) return;
        const newest: Held = { ...reachOf(page), messages: mergeMessages([], page.messages) };
        // Whoever reads far back still reads there afterwards.
        const shown = await readBack(
          conversationId,
          newest,
          ([oldest]) => oldest === undefined || oldest.sentAt <= shownFrom,
          { pageSize: largestPage, mostPages: Number.POSITIVE_INFINITY },
        );
        const held =
          at === null
            ? shown
            : await readBack(conversationId, shown, (messages) => messages.some(({ id }) => id === at.messageId));
        if (mine !== generation) return;
        const known = new Set(before);
        const arrived = get().messages.filter((message) => !known.has(message) && joins(message, held));
        isUnread = page.row?.unread ?? false;
        set({
          phase: 'ready',
          row: page.row,
          outbox: page.outbox,
          ...held,
          messages: mergeMessages(held.messages, arrived),
          isReadingOlder: false,
          ...(at === null ? {} : { focusId: at.messageId, focusCount: get().focusCount + 1 }),
        });
      } catch {
        if (mine === generation) set({ phase: 'failed' });
      }
    };

    return {
      ...closed,

      open: async (conversationId, at = null) => {
        const mine = ++generation;
        if (get().conversationId !== conversationId) set({ ...closed, conversationId });
        await read(conversationId, mine, at);
      },

      close: () => {
        generation += 1;
        set(closed);
      },

      reload: async () => {
        const { conversationId } = get();
        if (conversationId !== null) await read(conversationId, ++generation, null);
      },

      readOlder: async () => {
        const { conversationId, messages, isReadingOlder } = get();
        if (conversationId === null || isReadingOlder || !mayHaveOlder(get())) return;
        if (messages[0] === undefined) return get().reload();
        const mine = generation;
        set({ isReadingOlder: true });
        try {
          const page = await readPage(conversationId, messages[0], threadPage);
          if (mine !== generation) return;
          set({ ...reachOf(page), messages: mergeMessages(get().messages, page.messages), isReadingOlder: false });
        } catch {
          if (mine === generation) set({ olderUnreachable: true, isReadingOlder: false });
        }
      },

      showQuoted: async (nativeId) => {
        const { conversationId, messages, isReadingOlder } = get();
        const show = ({ id }: Message) => set({ focusId: id, focusCount: get().focusCount + 1 });
        const here = findQuoted(messages, nativeId);
        if (here !== undefined) {
          show(here);
          return true;
        }
        if (conversationId === null || isReadingOlder) return null;
        const mine = generation;
        set({ isReadingOlder: true });
        const held = await readBack(conversationId, get(), (all) => all.some((message) => isQuoted(message, nativeId)));
        if (mine !== generation) return null;
        set({ ...held, messages: mergeMessages(held.messages, get().messages), isReadingOlder: false });
        const found = findQuoted(held.messages, nativeId);
        if (found !== undefined) show(found);
        return found !== undefined;
      },

      seen: () => {
        const { conversationId } = get();
        if (conversationId !== null && isUnread)
          void client.call('thread.seen', { conversationId }).catch(() => undefined);
      },

      applyRows: ({ changed, gone }) => {
        const { conversationId, row } = get();
        const next = changed.find(({ id }) => id === conversationId);
        if (next !== undefined && next.rev >= (row?.rev ?? -1)) {
          isUnread = next.unread;
          // Whether it was read is the list's to show: the thread is not drawn again for it.
          if (next.rev !== row?.rev) set({ row: next });
        }
        if (conversationId !== null && gone.includes(conversationId)) get().close();
      },

      applyMessages: ({ changed, gone }) => {
        const { conversationId, messages } = get();
        const mine = changed.filter((message) => message.conversationId === conversationId);
        const fitting = mine.filter((message) => joins(message, get()));
        const kept = gone.length === 0 ? messages : messages.filter(({ id }) => !gone.includes(id));
        const merged = mergeMessages(kept, fitting);
        if (merged !== messages) set({ messages: merged });
      },

      applyOutbox: (items) => {
        const { conversationId, outbox } = get();
        const mine = items.filter((item) => item.conversationId === conversationId);
        if (mine.length > 0 || outbox.length > 0) set({ outbox: mine });
      },

      retry: async (clientMessageId, seenMessageId) => {
        await client.call(
          'outbox.retry',
          seenMessageId === undefined ? { clientMessageId } : { clientMessageId, seenMessageId },
        );
      },
      withdraw: async (clientMessageId) =>
        (await client.call('outbox.withdraw', { clientMessageId, keep: true })).isWithdrawn,
      withdrawQueued: (messageId, keep) => client.call('reply.withdraw', { messageId, keep }),
      confirm: async (messageId, arrived) => {
        const outcome = await client.call('message.confirm', { messageId, arrived });
        return outcome.ok ? null : outcome.refusal;
      },
    };
  });
}
