import { newId, type Refusal, refusalSchema, refuse } from '@transom/shared';
import type { DraftTab } from '../../../contract/views.ts';
import type { Db } from '../open.ts';

/** `attempted`: it may have reached the relay. `answered`: the relay's no is about this id, so a new try needs a new one. */
export type StoredItem = {
  readonly clientMessageId: string;
  readonly conversationId: string;
  /** What the relay was told under this id, if the item has moved to another conversation since. */
  readonly toldConversationId: string | null;
  readonly kind: DraftTab;
  readonly commentId: string | null;
  /** The newest message that the author had seen; null for one from before that was asked. */
  readonly seenMessageId: string | null;
  readonly text: string;
  readonly createdAt: number;
  readonly state: 'queued' | 'held' | 'accepted';
  readonly attempted: boolean;
  readonly answered: boolean;
  readonly refusal: Refusal | null;
};

export type NewItem = Pick<
  StoredItem,
  'clientMessageId' | 'conversationId' | 'kind' | 'commentId' | 'seenMessageId' | 'text' | 'createdAt'
>;
export type HeldWords = Pick<NewItem, 'conversationId' | 'kind' | 'text' | 'createdAt'> &
  Partial<Pick<NewItem, 'commentId' | 'seenMessageId'>>;

type Stored = {
  client_message_id: string;
  conversation_id: string;
  told_conversation_id: string | null;
  kind: DraftTab;
  comment_id: string | null;
  seen_message_id: string | null;
  text: string;
  created_at: number;
  state: StoredItem['state'];
  attempted: number;
  answered: number;
  refusal: string | null;
};

/** Each function is one commit that has reached the disk when it returns. */
export function outboxQueries(db: Db) {
  const add = db.prepare(
    `INSERT INTO local.outbox (client_message_id, conversation_id, kind, comment_id, seen_message_id, text, created_at, state)
     VALUES (@clientMessageId, @conversationId, @kind, @commentId, @seenMessageId, @text, @createdAt, 'queued') ON CONFLICT DO NOTHING`,
  );
  const addHeld = db.prepare(
    `INSERT INTO local.outbox
       (client_message_id, conversation_id, kind, comment_id, seen_message_id, text, created_at, state, answered, refusal)
     VALUES (@clientMessageId, @conversationId, @kind, @commentId, @seenMessageId, @text, @createdAt, 'held', 1, @refusal)`,
  );
  const lengthen = db.prepare(`UPDATE local.outbox SET text = ? WHERE client_message_id = ? AND attempted = 0`);
  const move = db.prepare(
    `UPDATE local.outbox SET conversation_id = @into,
       told_conversation_id = iif(attempted = 1 AND answered = 0, coalesce(told_conversation_id, conversation_id), NULL)
     WHERE conversation_id = @from`,
  );
  const all = db.prepare<[], Stored>('SELECT * FROM local.outbox ORDER BY position');
  const byId = db.prepare<[string], Stored>('SELECT * FROM local.outbox WHERE client_message_id = ?');
  const markAttempted = db.prepare(
    `UPDATE local.outbox SET attempted = 1, seen_message_id = iif(? = 1, seen_message_id, NULL)
     WHERE client_message_id = ? AND attempted = 0`,
  );
  const accept = db.prepare(`UPDATE local.outbox SET state = 'accepted', refusal = NULL WHERE client_message_id = ?`);
  const hold = db.prepare(
    `UPDATE local.outbox SET state = 'held', answered = ?, refusal = ? WHERE client_message_id = ?`,
  );
  const holdAll = db.prepare(
    `UPDATE local.outbox SET state = 'held', refusal = iif(attempted = 1, @tried, @untried) WHERE state = 'queued'`,
  );
  const requeue = db.prepare(
    `UPDATE local.outbox SET state = 'queued', refusal = NULL, client_message_id = @next,
       seen_message_id = iif(answered = 1 OR attempted = 0, coalesce(@seenMessageId, seen_message_id), seen_message_id),
       told_conversation_id = iif(answered = 1, NULL, told_conversation_id),
       attempted = iif(answered = 1, 0, attempted), answered = 0 WHERE client_message_id = @id AND state = 'held'`,
  );
  const quotesAnswer = `json_valid(refusal) AND json_extract(refusal, '$.answer.text') <> ''`;
  const blankAnswer = `UPDATE local.outbox SET refusal = json_set(refusal, '$.answer.text', '') WHERE refusal IS NOT NULL AND ${quotesAnswer}`;
  const blankAnswerOf = db.prepare(`${blankAnswer} AND json_extract(refusal, '$.answer.messageId') = ?`);
  const blankAnswersIn = db.prepare(`${blankAnswer} AND conversation_id = ?`);
  const blankAnswers = db.transaction((messageIds: readonly string[], conversationIds: readonly string[]) => {
    let count = 0;
    for (const id of messageIds) count += blankAnswerOf.run(id).changes;
    for (const id of conversationIds) count += blankAnswersIn.run(id).changes;
    return count;
  });
  const hasAnswers = db.prepare(`SELECT 1 FROM local.outbox WHERE refusal IS NOT NULL AND ${quotesAnswer} LIMIT 1`);
  const remove = db.prepare('DELETE FROM local.outbox WHERE client_message_id = ?');
  const removeAll = db.transaction((clientMessageIds: readonly string[]) => {
    for (const id of clientMessageIds) remove.run(id);
  });
  const accepted = db
    .prepare<[], string>(`SELECT client_message_id FROM local.outbox WHERE state = 'accepted'`)
    .pluck();
  const count = db.prepare<[], number>('SELECT count(*) FROM local.outbox').pluck();
  return {
    add: (item: NewItem) => add.run(item).changes > 0,
    /**
     * Words that were not on their way: sent after all, they are a new message. Where nobody knows what their author had seen, an id is named
     * that the relay cannot place: so it tells of every answer since the contact last wrote.
     */
    addHeld({ commentId = null, seenMessageId = null, ...words }: HeldWords, refusal: Refusal): void {
      const clientMessageId = newId();
      const about = { clientMessageId, commentId, seenMessageId: seenMessageId ?? clientMessageId };
      addHeld.run({ ...words, ...about, refusal: JSON.stringify(refusal) });
    },
    /** More of what is held and was never sent under this id. */
    lengthen: (clientMessageId: string, text: string) => void lengthen.run(text, clientMessageId),
    /** The one conversation was merged into the other. What the relay may have been told keeps its words, with the conversation that it named. */
    move: (from: string, into: string) => void move.run({ from, into }),
    list: () => all.all().map(itemOf),
    read(clientMessageId: string): StoredItem | null {
      const found = byId.get(clientMessageId);
      return found === undefined ? null : itemOf(found);
    },
    /** `saysSeen`: the relay is told what its author had seen. What it was not told with the first try it is not told with another, for the same id. */
    markAttempted: (clientMessageId: string, saysSeen: boolean) =>
      void markAttempted.run(Number(saysSeen), clientMessageId),
    accept: (clientMessageId: string) => void accept.run(clientMessageId),
    /** `answered`: the relay's no is about this id. */
    hold: (clientMessageId: string, refusal: Refusal, answered: boolean) =>
      void hold.run(Number(answered), JSON.stringify(refusal), clientMessageId),
    accepted: () => accepted.all(),
    count: () => count.get() ?? 0,
    /** Nothing waits after this. `tried`: for those that may have reached the relay. */
    holdAll: ({ untried, tried }: { readonly untried: Refusal; readonly tried: Refusal }) =>
      void holdAll.run({ untried: JSON.stringify(untried), tried: JSON.stringify(tried) }),
    /** `seenMessageId`: what its author has seen since, null for no more than before. An item that keeps its id is repeated unchanged. */
    requeue: (id: string, next: string, seenMessageId: string | null) =>
      requeue.run({ id, next, seenMessageId }).changes > 0,
    remove: (clientMessageId: string) => void remove.run(clientMessageId),
    /** What colleagues answered is quoted in refusals; these answers were taken back. Returns whether one was quoted. */
    blankAnswers: (messageIds: readonly string[], conversationIds: readonly string[]): boolean =>
      messageIds.length + conversationIds.length > 0 &&
      hasAnswers.get() !== undefined &&
      blankAnswers(messageIds, conversationIds) > 0,
    /** In one commit, since each one waits for the disk. */
    removeAll: (clientMessageIds: readonly string[]) => void removeAll(clientMessageIds),
  };
}

function itemOf(stored: Stored): StoredItem {
  return {
    clientMessageId: stored.client_message_id,
    conversationId: stored.conversation_id,
    toldConversationId: stored.told_conversation_id,
    kind: stored.kind,
    commentId: stored.comment_id,
    seenMessageId: stored.seen_message_id,
    text: stored.text,
    createdAt: stored.created_at,
    state: stored.state,
    attempted: stored.attempted === 1,
    answered: stored.answered === 1,
    refusal: stored.refusal === null ? null : readRefusal(stored.refusal),
  };
}

/** A reason that this version does not know must not hide the words that were held for it. */
function readRefusal(text: string): Refusal {
  try {
    return refusalSchema.parse(JSON.parse(text));
  } catch {
    return refuse(
      'internal_error',
      'The reason why this was held can no longer be read. Check whether it arrived before you send it again.',
    );
  }
}
