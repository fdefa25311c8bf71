import {
  type CommandAnswer,
  type CommandEnvelope,
  commandIdsKnownForMs,
  dayMs,
  definitionOf,
  forRelayOf,
  newId,
  protocolVersion,
  type Refusal,
  refuse,
} from '@transom/shared';
import type { OutboxItem } from '../../contract/views.ts';
import type { NewItem, StoredItem } from '../cache/queries/outbox.ts';
import type { Store } from '../cache/store.ts';
import type { Log } from '../ports.ts';
import { cutOff } from '../settle-device.ts';
import type { TakenBack } from '../sync/erased-people.ts';
import { cannotStore, createPatience, mayHaveGoneOut, neverAnswers } from './patience.ts';
import { createQueues } from './queues.ts';

/**
 * What a person pressed Send on. It is on disk before anything else, and stays until the relay has it.
 *
 *   queued ──(sent with its id, again and again until there is an answer)──▶ accepted ──(its message is in the cache)──▶ gone
 *     ▲ │                                                                      └──(taken back elsewhere)──▶ gone
 *     │ └──(the relay says no)──▶ held ──(withdrawn)──▶ gone
 *     └────────(person tries again)┘
 *
 * The same id always carries the same words, so that the relay can tell a repetition from a second message. After a refusal, a retry is
 * a new message with a new id; without an answer it keeps its id, and with `id_reused` too, since it may have been sent. What was tried so
 * long ago that the relay would not tell it from a second message is held, and a retry of it is a new message. Items of one conversation
 * are sent one after the other, conversations in parallel. An accepted item stays visible until its message arrives on the feed, so that
 * it never blinks.
 */
/** Answers after which the same command is simply sent again. */
const passing: ReadonlySet<Refusal['code']> = new Set(['not_stored', 'too_many_attempts']);
const firstRetryMs = 1_000;
const maxRetryMs = 30_000;
/** A message that the relay has accepted is on the feed well within this, if it still exists. */
const arrivedWithinMs = 30_000;
/** The relay may have carried out what was tried this long ago and no longer know it. A day less, since the clocks may differ. */
const repeatableForMs = commandIdsKnownForMs - dayMs;
/** How many conversations may have an item in flight at the same time. */
const maxUnderway = 16;

export type Outbox = ReturnType<typeof createOutbox>;

export function createOutbox(options: {
  readonly store: Store;
  readonly isReady: () => boolean;
  /** By the relay's clock. */
  readonly now: () => number;
  /** The protocol version of the relay; null without a connection. */
  readonly relayVersion: () => number | null;
  /** Rejects when there is no answer; the relay may have carried it out. */
  readonly send: (envelope: CommandEnvelope) => Promise<CommandAnswer>;
  /** This command is no longer sent: it was answered, given up or removed. */
  readonly stopRepeating: (commandId: string) => void;
  readonly onChange: () => void;
  /** A command without words now waits for the relay, or no longer does: its conversation has another place. */
  readonly onDone: (conversationId: string) => void;
  /** A command without words was refused. Nothing of it is kept: it can be done again. */
  readonly onRefused: (conversationId: string, refusal: Refusal) => void;
  /** An unexpected error from a timer or an answer, which has no caller to catch it. */
  readonly failed: (error: unknown) => void;
  readonly log: Log;
  readonly monotonicMs?: () => number;
}) {
  const { store } = options;
  const queues = createQueues(store.outbox.list().filter(({ state, isKnown }) => state === 'queued' && isKnown));
  const monotonicMs = options.monotonicMs ?? (() => performance.now());
  const patience = createPatience(monotonicMs);
  /** What is in flight, with its conversation. */
  const underway = new Map<string, string>();
  /** By conversation: the timer of its next try. */
  const waiting = new Map<string, NodeJS.Timeout>();
  const triesOf = new Map<string, number>();
  /** Accepted on this connection a moment ago: their messages may still be on their way on the feed. */
  const fresh = new Map<string, { readonly messageId: string | null; readonly at: number }>();
  /** Conversations that the feed changed while a command about them was in flight. */
  const changedMeanwhile = new Set<string>();
  let closed = false;

  function leave(commandId: string): void {
    queues.remove(commandId);
    options.stopRepeating(commandId);
  }

  /** The conversation of a command without words; null for one with words, or none. */
  function wordlessOf(commandId: string): string | null {
    const item = store.outbox.read(commandId);
    return item === null || item.words !== null ? null : item.conversationId;
  }

  function remove(commandId: string, conversationId: string): void {
    store.outbox.remove(commandId);
    options.onDone(conversationId);
  }

  function drop(commandId: string, conversationId: string, why: Refusal): void {
    remove(commandId, conversationId);
    options.onRefused(conversationId, why);
  }

  /** Words are held for their author to decide, a command without words is dropped. `isIdSpent`: a retry must be a new message. */
  function giveBack(commandId: string, why: Refusal, isIdSpent = false): void {
    const wordless = wordlessOf(commandId);
    if (wordless !== null) {
      leave(commandId);
      return drop(commandId, wordless, why);
    }
    store.outbox.hold(commandId, why, isIdSpent);
    leave(commandId);
  }

  /** Sends the first waiting item of conversations that have none in flight. */
  function pump(): void {
    if (closed || !options.isReady()) return;
    const busy = new Set(underway.values());
    for (const [conversationId, commandId] of queues.firsts((id) => !busy.has(id) && !waiting.has(id))) {
      if (underway.size >= maxUnderway) return;
      underway.set(commandId, conversationId);
      changedMeanwhile.delete(conversationId);
      attempt(conversationId, commandId).catch(options.failed);
    }
  }

  async function attempt(conversationId: string, commandId: string): Promise<void> {
    let again = false;
    try {
      const item = store.outbox.read(commandId);
      if (item?.state !== 'queued') leave(commandId);
      else if (item.command === null) giveBack(commandId, commentUnknown);
      else if (item.attempted && options.now() - item.createdAt > repeatableForMs)
        giveBack(commandId, neverAnswers, true);
      else {
        const told = forRelayOf(options.relayVersion() ?? protocolVersion.max, item.command);
        if (!told.ok) giveBack(commandId, told.refusal);
        else {
          store.outbox.markAttempted(commandId, told.command);
          options.onChange();
          const answer = await options.send({ id: commandId, command: told.command });
          if (closed) return;
          again = take(commandId, answer, item.attempted);
        }
      }
    } catch (error) {
      if (closed) return;
      options.log('warn', 'a command got no answer and will be repeated', {
        id: commandId,
        error: error instanceof Error ? error.name : 'unknown',
      });
      const isHeld = options.isReady() && gaveUp(commandId, neverAnswers);
      // It may have become a message, or its person may have been erased, while there was no answer.
      again = !isHeld && store.outbox.read(commandId)?.state === 'queued';
      if (!again) leave(commandId);
    } finally {
      underway.delete(commandId);
    }
    // It may have moved to another conversation meanwhile.
    if (again) tryLater(queues.placeOf(commandId) ?? conversationId);
    else triesOf.delete(conversationId);
    options.onChange();
    pump();
  }

  /** Whether it has to be sent again. `isRepeated`: it was sent before, and may have been carried out then. */
  function take(commandId: string, answer: CommandAnswer, isRepeated: boolean): boolean {
    if (!answer.ok && passing.has(answer.refusal.code))
      return !(answer.refusal.code === 'not_stored' && gaveUp(commandId, cannotStore));
    const wordless = wordlessOf(commandId);
    if (wordless !== null) {
      if (!answer.ok) drop(commandId, wordless, answer.refusal);
      // The relay's result may have arrived already; if not, it arrives any moment, and until then it shows as done. That of a repeated
      // command may have come long ago, and been superseded: it must not hide a buyer who wrote since.
      else if (isRepeated || changedMeanwhile.has(wordless)) remove(commandId, wordless);
      else store.outbox.accept(commandId);
      leave(commandId);
      patience.settled(commandId);
      return false;
    }
    if (!answer.ok && answer.refusal.code === 'id_reused') store.outbox.hold(commandId, mayHaveGoneOut, false);
    else if (!answer.ok) store.outbox.hold(commandId, answer.refusal, true);
    else if (store.messages.hasClientMessage(commandId)) store.outbox.remove(commandId);
    else {
      store.outbox.accept(commandId);
      fresh.set(commandId, { messageId: answer.messageId, at: monotonicMs() });
    }
    leave(commandId);
    patience.settled(commandId);
    return false;
  }

  /** Whether this message has kept the others waiting long enough to be held. It keeps its id, so that a retry is the same message. */
  function gaveUp(commandId: string, why: Refusal): boolean {
    const refusal = patience.tryFailed(commandId, why);
    if (refusal === null) return false;
    giveBack(commandId, refusal);
    return true;
  }

  function tryLater(conversationId: string): void {
    const tries = triesOf.get(conversationId) ?? 0;
    triesOf.set(conversationId, tries + 1);
    const pauseMs = Math.min(maxRetryMs, firstRetryMs * 2 ** tries) * (0.5 + Math.random() / 2);
    waiting.set(
      conversationId,
      setTimeout(() => {
        waiting.delete(conversationId);
        try {
          pump();
        } catch (error) {
          options.failed(error);
        }
      }, pauseMs),
    );
  }

  function removeAll(commandIds: readonly string[]): void {
    if (commandIds.length === 0) return;
    store.outbox.removeAll(commandIds);
    for (const id of commandIds) fresh.delete(id);
    options.onChange();
  }

  function stopWaiting(): void {
    for (const timer of waiting.values()) clearTimeout(timer);
    waiting.clear();
  }

  return {
    /** On disk when it returns, together with what else changes with it; only then is it sent. The same id twice is one item. */
    put(item: NewItem, alsoInThisCommit: () => void): void {
      let isNew = false;
      store.local.inOneCommit(() => {
        isNew = store.outbox.add(item);
        if (isNew) alsoInThisCommit();
      });
      if (isNew) queues.add(item.conversationId, item.commandId);
      if (isNew && definitionOf(item.command.kind).makes === null) options.onDone(item.conversationId);
      options.onChange();
      pump();
    },
    /** What people see: without items whose message is already in the thread. */
    list(conversationId?: string): OutboxItem[] {
      return store.outbox
        .list()
        .filter((item) => conversationId === undefined || item.conversationId === conversationId)
        .filter((item) => !item.attempted || !store.messages.hasClientMessage(item.commandId))
        .flatMap(({ commandId, conversationId, words, createdAt, state, refusal }) =>
          words === null
            ? []
            : {
                clientMessageId: commandId,
                conversationId,
                kind: words.tab,
                text: words.text,
                createdAt,
                state: state === 'accepted' || underway.has(commandId) ? 'sending' : state,
                refusal,
              },
        );
    },
    /** `seenMessageId`: the newest message that the person has seen by now, null if no more than before. */
    retry(commandId: string, seenMessageId: string | null): void {
      const item = store.outbox.read(commandId);
      if (item?.state !== 'held') return;
      const next = item.answered ? newId() : commandId;
      if (store.outbox.requeue(commandId, next, seenMessageId)) queues.add(item.conversationId, next);
      options.onChange();
      pump();
    },
    /**
     * Takes out an item that is not in flight; one that is held may have been sent, and says so. `careForWords` runs in the same commit.
     * False when there is no such item, or no place for its words.
     */
    withdraw(commandId: string, careForWords: (item: StoredItem) => boolean): boolean {
      const item = store.outbox.read(commandId);
      if (item === null || !(item.state === 'held' || (item.state === 'queued' && !item.attempted))) return false;
      let isTaken = false;
      store.local.inOneCommit(() => {
        isTaken = careForWords(item);
        if (isTaken) store.outbox.remove(commandId);
      });
      if (!isTaken) return false;
      leave(commandId);
      options.onChange();
      return true;
    },
    /** The relay said hello: everything continues immediately. */
    resume(): void {
      fresh.clear();
      stopWaiting();
      triesOf.clear();
      pump();
    },
    /** After a page of the feed: items that are messages now leave the outbox. */
    settle(commandIds: readonly string[]): void {
      const items = commandIds.flatMap((id) => store.outbox.read(id) ?? []);
      for (const { commandId } of items) leave(commandId);
      removeAll(items.map(({ commandId }) => commandId));
    },
    /** At a start, or when a page could not be settled: items that became messages unnoticed leave the outbox. */
    settleKnown(): void {
      const items = store.outbox.list().filter((item) => item.attempted);
      const known = items.filter(({ commandId }) => store.messages.hasClientMessage(commandId));
      for (const { commandId } of known) leave(commandId);
      removeAll(known.map(({ commandId }) => commandId));
    },
    /**
     * These messages and all of these conversations are gone: what was quoted from them is blanked, and an item that became one of these
     * messages leaves the outbox, even if the message never arrived here.
     */
    forgetTakenBack({ messages, conversations }: TakenBack): void {
      if (store.outbox.blankAnswers(messages, conversations)) options.onChange();
      if (messages.length === 0 || fresh.size === 0) return;
      const gone = new Set(messages);
      removeAll([...fresh].flatMap(([id, { messageId }]) => (messageId !== null && gone.has(messageId) ? [id] : [])));
    },
    /** The feed changed these conversations: accepted commands without words show in them now, or were superseded. */
    settleDone(conversationIds: readonly string[]): void {
      const changed = new Set(conversationIds);
      for (const conversationId of underway.values())
        if (changed.has(conversationId)) changedMeanwhile.add(conversationId);
      const settled = store.outbox
        .list()
        .filter(
          ({ state, words, conversationId }) => state === 'accepted' && words === null && changed.has(conversationId),
        );
      for (const { commandId, conversationId } of settled) remove(commandId, conversationId);
    },
    /** The feed has caught up: whatever was accepted a while ago has had its message by now, or its message was taken back or erased. */
    settleOld(): void {
      for (const [id, { at }] of fresh) if (monotonicMs() - at > arrivedWithinMs) fresh.delete(id);
      removeAll(store.outbox.accepted().filter((id) => !fresh.has(id)));
    },
    /** `from` was merged into `into`, and on the disk its items have moved. */
    moved(from: string, into: string): void {
      queues.move(from, into);
      for (const [commandId, conversationId] of underway) if (conversationId === from) underway.set(commandId, into);
      clearTimeout(waiting.get(from));
      waiting.delete(from);
      triesOf.delete(from);
      options.onChange();
      pump();
    },
    /** These people were erased, and with them what was written to them. */
    forgetPeople(conversationIds: readonly string[]): void {
      for (const id of queues.forget(conversationIds)) options.stopRepeating(id);
      options.onChange();
    },
    /** This device was disconnected: the words stay readable, and nothing is sent. */
    holdAll(): void {
      stopWaiting();
      queues.clear();
      store.outbox.holdAll(cutOff);
      options.onChange();
    },
    close(): void {
      closed = true;
      stopWaiting();
    },
  };
}

const commentUnknown = refuse('not_found.comment_unknown');
