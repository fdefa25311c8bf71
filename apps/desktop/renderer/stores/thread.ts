import type { Message } from '@transom/shared';
import { createStore } from 'zustand/vanilla';
import type { OutboxItem, Row } from '../../contract/views.ts';
import type { CoreClient } from '../core-client.ts';
import { mergeMessages } from '../desk/merge-messages.ts';
import { findQuoted, isQuoted } from '../desk/quoted.ts';

/** The open conversation: what is cached of it, what came since, and what waits to go out. */
export type ThreadState = {
  readonly conversationId: string | null;
  readonly phase: 'loading' | 'ready' | 'failed';
  /** Its `unread` may be behind: that is the list's to show. */
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
  /** With `at`, as far back as that message, which is shown; false when it is not within reach. */
  open(conversationId: string, at?: FocusPoint | null): Promise<boolean>;
  close(): void;
  reload(): Promise<void>;
  readOlder(): Promise<void>;
  /**
   * Shows the message or comment with this id of Meta's, after the older ones that are being read already; false when it is not within
   * reach, null when the conversation was left before that was known.
   */
  showQuoted(nativeId: string): Promise<boolean | null>;
  seen(): void;
  applyRows(change: { readonly changed: readonly Row[]; readonly gone: readonly string[] }): void;
  applyMessages(change: { readonly changed: readonly Message[]; readonly gone: readonly string[] }): void;
  applyOutbox(items: readonly OutboxItem[]): void;
};
export type FocusPoint = { readonly messageId: string; readonly sentAt: number };

export const threadPage = 60;
/** A quoted message, of which only the id is known, is looked for in larger steps, and not without end. */
const seekPage = 200;
const seekPages = 10;
/** As much as the core answers at a time. */
const largestPage = 500;
const asFarAsNeeded = { pageSize: largestPage, mostPages: Number.POSITIVE_INFINITY };

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
/** What was told while pages were read, which were written down before it. */
type Told = { row: Row | null; outbox: readonly OutboxItem[] | null; readonly gone: Set<string> };
const reachOf = ({ hasMore, olderUnreachable }: Reach): Reach => ({ hasMore, olderUnreachable });
const mayHaveOlder = ({ hasMore, olderUnreachable }: Reach): boolean => hasMore || olderUnreachable;
/** What is older than the oldest one here comes with its page; taken in before, it would stand after a gap. */
const joins = ({ sentAt }: Message, held: Held): boolean =>
  !mayHaveOlder(held) || held.messages[0] === undefined || sentAt >= held.messages[0].sentAt;

export function createThreadStore(client: CoreClient) {
  let generation = 0;
  let isUnread = false;
  const reading = new Set<Told>();

  return createStore<ThreadState>()((set, get, store) => {
    const whileReading = async <T>(work: (told: Told) => Promise<T>): Promise<T> => {
      const told: Told = { row: null, outbox: null, gone: new Set() };
      reading.add(told);
      try {
        return await work(told);
      } finally {
        reading.delete(told);
      }
    };

    const readingEnded = () =>
      new Promise<void>((resolve) => {
        const stop = store.subscribe(({ isReadingOlder }) => {
          if (isReadingOlder) return;
          stop();
          resolve();
        });
      });

    /** The messages before `oldest`, or the newest. As long as there is more on this computer, nothing is out of reach. */
    const readPage = async (conversationId: string, oldest: Message | undefined, limit: number) => {
      const before = oldest === undefined ? null : { sentAt: oldest.sentAt, id: oldest.id };
      const page = await client.call('thread.read', { conversationId, before, limit });
      return { ...page, olderUnreachable: page.olderUnreachable && !page.hasMore };
    };

    /** Older pages put before `held` until `isEnough`, there are no more, or it is too far back. */
    const readBack = async (
      conversationId: string,
      held: Held,
      isEnough: (messages: readonly Message[]) => boolean,
      { pageSize, mostPages }: typeof asFarAsNeeded,
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

    /** What was read, with what came meanwhile and without what went. */
    const upToDate = (held: Held, before: readonly Message[], { gone }: Told): Held => {
      const known = new Set(before);
      const arrived = get().messages.filter((message) => !known.has(message) && joins(message, held));
      return { ...held, messages: without(mergeMessages(held.messages, arrived), gone) };
    };

    /** As far back as was shown; with `at` as far back as that one, and nothing is shown before it is there. */
    const read = (conversationId: string, mine: number, at: FocusPoint | null) =>
      whileReading(async (told) => {
        const before = get().messages;
        const from = Math.min(before[0]?.sentAt ?? Number.POSITIVE_INFINITY, at?.sentAt ?? Number.POSITIVE_INFINITY);
        const limit = Math.min(largestPage, Math.max(threadPage, before.length));
        try {
          const page = await readPage(conversationId, undefined, limit);
          if (mine !== generation) return;
          // Not here yet: what is shown stays, and everything is read again once the cache is filled.
          if (page.row === null && !page.isComplete) return;
          const newest: Held = { ...reachOf(page), messages: mergeMessages([], page.messages) };
          // Whoever reads far back still reads there afterwards.
          const isEnough = ([oldest]: readonly Message[]) => oldest === undefined || oldest.sentAt <= from;
          const held = upToDate(await readBack(conversationId, newest, isEnough, asFarAsNeeded), before, told);
          if (mine !== generation) return;
          const row = told.row !== null && told.row.rev >= (page.row?.rev ?? 0) ? told.row : page.row;
          isUnread = row?.unread ?? false;
          const isThere = at !== null && held.messages.some(({ id }) => id === at.messageId);
          set({
            phase: 'ready',
            row,
            outbox: told.outbox ?? page.outbox,
            ...held,
            isReadingOlder: false,
            ...(isThere ? { focusId: at.messageId, focusCount: get().focusCount + 1 } : {}),
          });
        } catch {
          if (mine === generation) set({ phase: 'failed' });
        }
      });

    return {
      ...closed,

      open: async (conversationId, at = null) => {
        const mine = ++generation;
        if (get().conversationId !== conversationId) set({ ...closed, conversationId });
        await read(conversationId, mine, at);
        return at === null || mine !== generation || get().phase !== 'ready' || get().focusId === at.messageId;
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
        const [oldest] = messages;
        if (oldest === undefined) return get().reload();
        const mine = generation;
        set({ isReadingOlder: true });
        try {
          await whileReading(async ({ gone }) => {
            const page = await readPage(conversationId, oldest, threadPage);
            if (mine !== generation) return;
            const older = without(page.messages, gone);
            set({ ...reachOf(page), messages: mergeMessages(get().messages, older), isReadingOlder: false });
          });
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
        if (conversationId === null) return null;
        const mine = generation;
        if (isReadingOlder) {
          await readingEnded();
          return mine === generation ? get().showQuoted(nativeId) : null;
        }
        set({ isReadingOlder: true });
        return whileReading(async (told) => {
          const isHere = (all: readonly Message[]) => all.some((message) => isQuoted(message, nativeId));
          const steps = { pageSize: seekPage, mostPages: seekPages };
          const read = await readBack(conversationId, get(), isHere, steps);
          if (mine !== generation) return null;
          const held = upToDate(read, messages, told);
          set({ ...held, isReadingOlder: false });
          const found = findQuoted(held.messages, nativeId);
          if (found !== undefined) show(found);
          return found !== undefined;
        });
      },

      seen: () => {
        const { conversationId } = get();
        if (conversationId !== null && isUnread)
          void client.call('thread.seen', { conversationId }).catch(() => undefined);
      },

      applyRows: ({ changed, gone }) => {
        const { conversationId, row, phase } = get();
        const next = changed.find(({ id }) => id === conversationId);
        if (next !== undefined) for (const told of reading) told.row = next;
        if (next !== undefined && phase === 'ready' && next.rev >= (row?.rev ?? -1)) {
          isUnread = next.unread;
          // Whether it was read is the list's to show: the thread is not drawn again for it.
          if (next.rev !== row?.rev) set({ row: next });
        }
        if (conversationId !== null && gone.includes(conversationId)) get().close();
      },

      applyMessages: ({ changed, gone }) => {
        const { conversationId, messages } = get();
        for (const told of reading) for (const id of gone) told.gone.add(id);
        const mine = changed.filter((message) => message.conversationId === conversationId);
        const fitting = mine.filter((message) => joins(message, get()));
        const merged = mergeMessages(without(messages, new Set(gone)), fitting);
        if (merged !== messages) set({ messages: merged });
      },

      applyOutbox: (items) => {
        const { conversationId, outbox } = get();
        const mine = items.filter((item) => item.conversationId === conversationId);
        for (const told of reading) told.outbox = mine;
        if (mine.length > 0 || outbox.length > 0) set({ outbox: mine });
      },
    };
  });
}

/** The same list where nothing of it went. */
function without(messages: readonly Message[], gone: ReadonlySet<string>): readonly Message[] {
  if (gone.size === 0 || !messages.some(({ id }) => gone.has(id))) return messages;
  return messages.filter(({ id }) => !gone.has(id));
}
