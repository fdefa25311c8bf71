import { type Command, type CommandAnswer, type CommandEnvelope, newId, type Refusal, refuse } from '@transom/shared';
import type { OutboxItem } from '../../contract/views.ts';
import type { StoredItem } from '../cache/queries/outbox.ts';
import type { Store } from '../cache/store.ts';
import type { Log } from '../ports.ts';

/**
 * What a person pressed Send on. It is on disk before anything else, and stays until the relay has it.
 *
 *   queued ──(sent with its id, again and again until there is an answer)──▶ accepted ──(its message is in the cache)──▶ gone
 *     ▲ └──(the relay says no)──▶ held ──(withdrawn)──▶ gone
 *     └────────(person tries again)┘
 *
 * The same id always carries the same words, so that the relay can tell a repetition from a second message. After a no, a new
 * try is a new message with a new id; without an answer it keeps its id. Inside a conversation one after the other,
 * conversations side by side. An accepted item stays visible until its message came by the feed, so that it never blinks.
 */
/** Answers after which the same command is simply sent again. */
const passing: ReadonlySet<Refusal['code']> = new Set(['not_stored', 'too_many_attempts']);
const firstRetryMs = 1_000;
const longestRetryMs = 30_000;

export function createOutbox(options: {
  readonly store: Store;
  readonly isReady: () => boolean;
  /** Throws when there is no answer; the relay may have done it. */
  readonly send: (envelope: CommandEnvelope) => Promise<CommandAnswer>;
  readonly onChange: () => void;
  readonly log: Log;
}) {
  const { outbox, messages } = options.store;
  /** By conversation: what is on its way, and what waits for its next try. */
  const underway = new Map<string, string>();
  const waiting = new Map<string, NodeJS.Timeout>();
  const triesOf = new Map<string, number>();
  /** Accepted on this connection, so that their messages may still be on their way by the feed. */
  let fresh = new Set<string>();
  let closed = false;

  /** Starts the first waiting item of every conversation that has none underway. */
  function pump(): void {
    if (closed || !options.isReady()) return;
    const started = new Set<string>();
    for (const item of outbox.list()) {
      const { conversationId } = item;
      if (item.state !== 'queued' || started.has(conversationId)) continue;
      started.add(conversationId);
      if (!underway.has(conversationId) && !waiting.has(conversationId)) void attempt(item);
    }
  }

  async function attempt(item: StoredItem): Promise<void> {
    const { clientMessageId, conversationId } = item;
    underway.set(conversationId, clientMessageId);
    let again = false;
    try {
      outbox.markAttempted(clientMessageId);
      options.onChange();
      const answer = await options.send({ id: clientMessageId, command: commandOf(item) });
      if (closed) return;
      again = take(clientMessageId, answer);
    } catch (error) {
      if (closed) return;
      options.log('warn', 'a command got no answer and will be repeated', {
        id: clientMessageId,
        error: error instanceof Error ? error.name : 'unknown',
      });
      again = true;
    } finally {
      underway.delete(conversationId);
    }
    if (again) tryLater(conversationId);
    else triesOf.delete(conversationId);
    options.onChange();
    pump();
  }

  /** Whether it has to be sent again. */
  function take(clientMessageId: string, answer: CommandAnswer): boolean {
    if (!answer.ok && passing.has(answer.refusal.code)) return true;
    if (!answer.ok) outbox.hold(clientMessageId, answer.refusal);
    else if (messages.hasClientMessage(clientMessageId)) outbox.remove(clientMessageId);
    else {
      outbox.accept(clientMessageId);
      fresh.add(clientMessageId);
    }
    return false;
  }

  function tryLater(conversationId: string): void {
    const tries = triesOf.get(conversationId) ?? 0;
    triesOf.set(conversationId, tries + 1);
    const pauseMs = Math.min(longestRetryMs, firstRetryMs * 2 ** tries) * (0.5 + Math.random() / 2);
    waiting.set(
      conversationId,
      setTimeout(() => {
        waiting.delete(conversationId);
        pump();
      }, pauseMs),
    );
  }

  function removeAll(items: readonly StoredItem[]): void {
    for (const { clientMessageId } of items) outbox.remove(clientMessageId);
    if (items.length > 0) options.onChange();
  }

  function stopWaiting(): void {
    for (const timer of waiting.values()) clearTimeout(timer);
    waiting.clear();
  }

  return {
    /** On disk when it returns. The same id twice is one item. */
    put(
      item: Pick<StoredItem, 'clientMessageId' | 'conversationId' | 'kind' | 'commentId' | 'text' | 'createdAt'>,
    ): void {
      outbox.add(item);
      options.onChange();
      pump();
    },
    /** What people see: without items whose message is in the thread already. */
    list(conversationId?: string): OutboxItem[] {
      return outbox
        .list()
        .filter((item) => conversationId === undefined || item.conversationId === conversationId)
        .filter((item) => !messages.hasClientMessage(item.clientMessageId))
        .map((item) => ({
          clientMessageId: item.clientMessageId,
          conversationId: item.conversationId,
          kind: item.kind,
          text: item.text,
          createdAt: item.createdAt,
          state:
            item.state === 'accepted' || underway.get(item.conversationId) === item.clientMessageId
              ? 'sending'
              : item.state,
          refusal: item.refusal,
        }));
    },
    retry(clientMessageId: string): void {
      const item = outbox.read(clientMessageId);
      if (item?.state !== 'held') return;
      outbox.requeue(clientMessageId, item.answered ? newId() : clientMessageId);
      options.onChange();
      pump();
    },
    /** The text of what certainly did not go out; null when it may have, or is not there. */
    withdraw(clientMessageId: string): string | null {
      const item = outbox.read(clientMessageId);
      if (item === null || !(item.state === 'held' || (item.state === 'queued' && !item.attempted))) return null;
      outbox.remove(clientMessageId);
      options.onChange();
      return item.text;
    },
    /** The relay said hello: everything goes on at once. */
    resume(): void {
      fresh = new Set();
      stopWaiting();
      triesOf.clear();
      pump();
    },
    /** After a page of the feed: what is a message now is no item any more. */
    settle: (clientMessageIds: readonly string[]) => removeAll(clientMessageIds.flatMap((id) => outbox.read(id) ?? [])),
    /** At a start: what became a message while we were not looking. */
    settleKnown: () =>
      removeAll(outbox.list().filter(({ clientMessageId }) => messages.hasClientMessage(clientMessageId))),
    /** The feed has caught up: what was accepted before this connection began has had its message, or lost it to erasure. */
    settleOld: () =>
      removeAll(
        outbox.list().filter(({ state, clientMessageId }) => state === 'accepted' && !fresh.has(clientMessageId)),
      ),
    /** This device was cut off: the words stay to be read, and nothing goes out by itself any more. */
    holdAll(): void {
      stopWaiting();
      outbox.holdAll(refuse('unauthorized', 'This computer was disconnected from the relay before this went out.'));
      options.onChange();
    },
    close(): void {
      closed = true;
      stopWaiting();
    },
  };
}

function commandOf({ kind, conversationId, commentId, text }: StoredItem): Command {
  if (kind === 'note') return { kind: 'note.add', conversationId, text };
  if (kind === 'private_reply' && commentId !== null) return { kind: 'comment.private_reply', commentId, text };
  return { kind: 'reply.send', conversationId, text };
}
