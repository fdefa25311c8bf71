import type { Message } from '@transom/shared';
import type { StoreApi } from 'zustand/vanilla';
import type { CoreClient } from '../core-client.ts';
import { mergeMessages } from '../display/merge-messages.ts';
import { findQuoted, isQuoted } from '../display/quoted.ts';
import { type Held, reachOf, type Told, upToDate, without } from './held-messages.ts';
import { asFarAsNeeded, largestPage, readBack, readPage, seeking, threadPage } from './thread-pages.ts';
import type { FocusPoint, ThreadState } from './thread-state.ts';

/**
 * One read of the open conversation. `isCurrent` turns false when a conversation is opened, reloaded or closed: the result is dropped then.
 * `told` collects what changes meanwhile.
 */
export type Reading = {
  readonly client: CoreClient;
  readonly store: StoreApi<ThreadState>;
  readonly conversationId: string;
  readonly told: Told;
  isCurrent(): boolean;
  noteUnread(isUnread: boolean): void;
};

/** Reads back as far as was shown and, with `at`, as far as that message; nothing is shown before all of it is there. */
export async function readThread(reading: Reading, at: FocusPoint | null): Promise<void> {
  const { client, store, conversationId, told, isCurrent } = reading;
  const before = store.getState().messages;
  const from = Math.min(before[0]?.sentAt ?? Number.POSITIVE_INFINITY, at?.sentAt ?? Number.POSITIVE_INFINITY);
  const limit = Math.min(largestPage, Math.max(threadPage, before.length));
  try {
    const page = await readPage(client, conversationId, undefined, limit);
    if (!isCurrent()) return;
    // Not cached yet: what is shown stays, and everything is reread once the cache is filled.
    if (page.row === null && !page.isComplete) return;
    const newest: Held = { ...reachOf(page), messages: mergeMessages([], page.messages) };
    // Somebody who has scrolled far back stays there.
    const isEnough = ([oldest]: readonly Message[]) => oldest === undefined || oldest.sentAt <= from;
    const read = await readBack(client, conversationId, newest, isEnough, asFarAsNeeded);
    const held = upToDate(read, before, store.getState().messages, told);
    if (!isCurrent()) return;
    const row = told.row !== null && told.row.rev >= (page.row?.rev ?? 0) ? told.row : page.row;
    reading.noteUnread(row?.unread ?? false);
    const isThere = at !== null && held.messages.some(({ id }) => id === at.messageId);
    store.setState({
      phase: 'ready',
      row,
      outbox: told.outbox ?? page.outbox,
      ...held,
      isReadingOlder: false,
      ...(isThere ? focusOn(at.messageId, store.getState()) : {}),
    });
  } catch {
    if (isCurrent()) store.setState({ phase: 'failed' });
  }
}

export async function readOlder({ client, store, conversationId, told, isCurrent }: Reading, oldest: Message) {
  store.setState({ isReadingOlder: true });
  try {
    const page = await readPage(client, conversationId, oldest, threadPage);
    if (!isCurrent()) return;
    const older = without(page.messages, told.gone);
    const messages = mergeMessages(store.getState().messages, older);
    store.setState({ ...reachOf(page), messages, isReadingOlder: false });
  } catch {
    if (isCurrent()) store.setState({ olderUnreachable: true, isReadingOlder: false });
  }
}

/** Whether a quoted message was found, within the limit of `seeking`; null when the conversation was left before that was known. */
export async function seekQuoted(reading: Reading, nativeId: string): Promise<boolean | null> {
  const { client, store, conversationId, told, isCurrent } = reading;
  store.setState({ isReadingOlder: true });
  const before = store.getState();
  const isHere = (all: readonly Message[]) => all.some((message) => isQuoted(message, nativeId));
  const read = await readBack(client, conversationId, before, isHere, seeking);
  if (!isCurrent()) return null;
  const held = upToDate(read, before.messages, store.getState().messages, told);
  store.setState({ ...held, isReadingOlder: false });
  const found = findQuoted(held.messages, nativeId);
  if (found !== undefined) store.setState(focusOn(found.id, store.getState()));
  return found !== undefined;
}

/** Shows a message, even the same one again. */
export const focusOn = (messageId: string, { focusCount }: Pick<ThreadState, 'focusCount'>) => ({
  focusId: messageId,
  focusCount: focusCount + 1,
});

export function readingEnded({ subscribe }: StoreApi<ThreadState>): Promise<void> {
  return new Promise((resolve) => {
    const stop = subscribe(({ isReadingOlder }) => {
      if (isReadingOlder) return;
      stop();
      resolve();
    });
  });
}
