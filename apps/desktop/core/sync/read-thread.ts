import { type HistoryRequest, type Message, readMessage, revisionOf } from '@transom/shared';
import * as z from 'zod';
import { endOfTime } from '../cache/queries/messages.ts';
import type { Store } from '../cache/store.ts';

/**
 * A page of one thread. The cache knows from which point it holds a thread without holes; before that point the relay is asked, and
 * its answer is kept. Without the relay everything in the cache is shown, and `olderUnreachable` says that there may be more.
 */
export type ThreadPage = {
  readonly messages: Message[];
  readonly hasMore: boolean;
  readonly olderUnreachable: boolean;
};
/** The answer is not trusted: `historySchema` parses it. */
export type AskHistory = (request: HistoryRequest) => Promise<unknown>;

const historySchema = z.object({
  ok: z.literal(true),
  messages: z.array(z.looseObject({ id: z.string() })),
  hasMore: z.boolean(),
});

/** A page may need several answers of the relay when messages at the edge were erased. */
const maxAnswers = 5;
const historyPage = 200;

/** `ask` is null while there is no relay. Messages come oldest first. */
export async function readThread(
  store: Store,
  ask: AskHistory | null,
  request: {
    readonly conversationId: string;
    readonly before: { readonly sentAt: number; readonly id: string } | null;
    readonly limit: number;
  },
): Promise<ThreadPage> {
  const { conversationId, limit } = request;
  const known = store.conversations.read(conversationId) !== null;
  for (let answers = 0; ; answers += 1) {
    const completeFrom = store.messages.completeFrom(conversationId);
    const before = request.before === null ? endOfTime : store.messages.positionOf(request.before);
    const page = store.messages.page(conversationId, before, completeFrom ?? endOfTime, limit + 1);
    if (page.length > limit || completeFrom === 0 || !known) return pageOf(page, limit, false);
    const fetched =
      ask !== null && answers < maxAnswers && (await fetchOlder(store, ask, conversationId, completeFrom));
    if (!fetched) return pageOf(store.messages.page(conversationId, before, 0, limit + 1), limit, true);
  }
}

function pageOf(newestFirst: Message[], limit: number, olderUnreachable: boolean): ThreadPage {
  return { messages: newestFirst.slice(0, limit).toReversed(), hasMore: newestFirst.length > limit, olderUnreachable };
}

/** Whether the cache now reaches further back than before. */
async function fetchOlder(
  store: Store,
  ask: AskHistory,
  conversationId: string,
  completeFrom: number | null,
): Promise<boolean> {
  const before = completeFrom === null ? null : store.messages.oldestKey(conversationId);
  const epoch = store.feed.cursor()?.epoch;
  const { data: answer } = historySchema.safeParse(
    await ask({ conversationId, before, limit: historyPage }).catch(() => null),
  );
  // The cache may have been cleared while we waited: then this answer is out of date.
  if (answer === undefined || epoch !== store.feed.cursor()?.epoch || store.conversations.read(conversationId) === null)
    return false;
  return store.inOneCommit(() => {
    const messages = answer.messages.flatMap((document) => {
      const { id } = document;
      const rev = revisionOf(document) ?? 0;
      const message = readMessage(id, rev, document);
      if (message?.conversationId !== conversationId) {
        if (message === null) store.unread.keep({ entity: 'message', id, seq: rev, rev, document });
        return [];
      }
      store.messages.put(message, document);
      return [message];
    });
    if (!answer.hasMore) return store.messages.extendThread(conversationId, 0, beginning);
    const oldest = messages.toSorted((one, other) => one.sentAt - other.sentAt || (one.id < other.id ? -1 : 1))[0];
    const reached = Math.min(...messages.map((message) => store.messages.positionOf(message)));
    return oldest !== undefined && store.messages.extendThread(conversationId, reached, oldest);
  });
}

const beginning = { sentAt: 0, id: '' };
