import type { Message } from '@transom/shared';
import type { CoreClient } from '../core-client.ts';
import { mergeMessages } from '../display/merge-messages.ts';
import { type Held, mayHaveOlder, reachOf } from './held-messages.ts';

export const threadPage = 60;
/** The most that the core returns at a time. */
export const largestPage = 500;

/** How to read back: in steps of `pageSize`, at most `maxPages` of them. */
export type Steps = { readonly pageSize: number; readonly maxPages: number };
export const asFarAsNeeded: Steps = { pageSize: largestPage, maxPages: Number.POSITIVE_INFINITY };
/** A quoted message, of which only the id is known, is looked for in larger steps, but not endlessly. */
export const seeking: Steps = { pageSize: 200, maxPages: 10 };

/** The messages before `oldest`, or the newest ones. Nothing counts as unreachable while there is more on this computer. */
export async function readPage(client: CoreClient, conversationId: string, oldest: Message | undefined, limit: number) {
  const before = oldest === undefined ? null : { sentAt: oldest.sentAt, id: oldest.id };
  const page = await client.call('thread.read', { conversationId, before, limit });
  return { ...page, olderUnreachable: page.olderUnreachable && !page.hasMore };
}

/** Puts older pages before `held` until `isEnough`, until there are no more, or until `maxPages`. */
export async function readBack(
  client: CoreClient,
  conversationId: string,
  held: Held,
  isEnough: (messages: readonly Message[]) => boolean,
  { pageSize, maxPages }: Steps,
): Promise<Held> {
  let now = held;
  for (let pages = 0; pages < maxPages && mayHaveOlder(now) && !isEnough(now.messages); pages += 1) {
    const { messages, hasMore } = now;
    if (messages[0] === undefined) break;
    const page = await readPage(client, conversationId, messages[0], pageSize).catch(() => ({
      messages: [],
      hasMore,
      olderUnreachable: true,
    }));
    now = { ...reachOf(page), messages: mergeMessages(messages, page.messages) };
    if (page.messages.length === 0) break;
  }
  return now;
}
