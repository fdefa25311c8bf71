import {
  type Command,
  type CommandKind,
  commandKinds,
  commandSchema,
  commands,
  definitionOf,
  newId,
  type Refusal,
  refusalSchema,
  refuse,
} from '@transom/shared';
import type { DraftTab } from '../../../contract/views.ts';
import type { Db } from '../open.ts';

/** `attempted`: it may have reached the relay. `answered`: the relay refused this id, so a retry needs a new one. */
export type StoredItem = {
  readonly commandId: string;
  readonly conversationId: string;
  /** False for what a newer build left here before it was rolled back: it stays as it is, for a build that knows it. */
  readonly isKnown: boolean;
  /** Null when no command can be built: a private reply whose comment is unknown is not a message to the person. */
  readonly command: Command | null;
  /** What its author wrote, and in which tab; null for a command without words. */
  readonly words: Words | null;
  readonly createdAt: number;
  readonly state: 'queued' | 'held' | 'accepted';
  readonly attempted: boolean;
  readonly answered: boolean;
  readonly refusal: Refusal | null;
};
export type Words = { readonly tab: DraftTab; readonly text: string; readonly commentId: string | null };

export type NewItem = Pick<StoredItem, 'commandId' | 'conversationId' | 'createdAt'> & { readonly command: Command };
export type HeldWords = Pick<StoredItem, 'conversationId' | 'createdAt'> &
  Omit<Words, 'commentId'> & { readonly commentId?: string | null; readonly seenMessageId?: string | null };

/** Until when a person here snoozed a conversation, null if they took it back; and the newest message that they had seen, if known. */
export type PendingSnooze = { readonly until: number | null; readonly seenMessageId: string | null };

type Stored = {
  command_id: string;
  conversation_id: string;
  /** The conversation that was sent to the relay under this id, if the item has since moved to another one. */
  told_conversation_id: string | null;
  kind: string;
  input: string;
  created_at: number;
  state: StoredItem['state'];
  attempted: number;
  answered: number;
  refusal: string | null;
};

/** The kinds that `areMeant` selects, as a list in SQL. */
const kindsThat = (areMeant: (kind: CommandKind) => boolean): string =>
  commandKinds
    .filter(areMeant)
    .map((kind) => `'${kind}'`)
    .join(', ');
/** Commands that say what their author had seen. */
const sayingSeen = kindsThat((kind) => 'seenMessageId' in commands[kind].input.shape);
/** Commands whose words become messages. */
const withWords = kindsThat((kind) => definitionOf(kind).makes !== null);
const withoutWords = kindsThat((kind) => definitionOf(kind).makes === null);

/** Each function is one commit that has reached the disk when it returns. */
export function outboxQueries(db: Db) {
  const add = db.prepare(
    `INSERT INTO local.outbox (command_id, conversation_id, kind, input, created_at, state)
     VALUES (@commandId, @conversationId, @kind, @input, @createdAt, 'queued') ON CONFLICT DO NOTHING`,
  );
  const addHeld = db.prepare(
    `INSERT INTO local.outbox (command_id, conversation_id, kind, input, created_at, state, answered, refusal)
     VALUES (@commandId, @conversationId, @kind, @input, @createdAt, 'held', 1, @refusal)`,
  );
  const lengthen = db.prepare(
    `UPDATE local.outbox SET input = json_set(input, '$.text', ?) WHERE command_id = ? AND attempted = 0`,
  );
  const move = db.prepare(
    `UPDATE local.outbox SET conversation_id = @into,
       told_conversation_id = iif(attempted = 1 AND answered = 0, coalesce(told_conversation_id, conversation_id), NULL)
     WHERE conversation_id = @from`,
  );
  const all = db.prepare<[], Stored>('SELECT * FROM local.outbox ORDER BY position');
  const byId = db.prepare<[string], Stored>('SELECT * FROM local.outbox WHERE command_id = ?');
  const markAttempted = db.prepare(
    `UPDATE local.outbox SET attempted = 1, input = ? WHERE command_id = ? AND attempted = 0`,
  );
  const accept = db.prepare(`UPDATE local.outbox SET state = 'accepted', refusal = NULL WHERE command_id = ?`);
  const hold = db.prepare(`UPDATE local.outbox SET state = 'held', answered = ?, refusal = ? WHERE command_id = ?`);
  const holdQueued = db.prepare(
    `UPDATE local.outbox SET state = 'held', refusal = iif(attempted = 1, @tried, @untried) WHERE state = 'queued'`,
  );
  const dropWordless = db.prepare(`DELETE FROM local.outbox WHERE kind IN (${withoutWords})`);
  const holdAll = db.transaction(({ untried, tried }: { readonly untried: Refusal; readonly tried: Refusal }) => {
    dropWordless.run();
    holdQueued.run({ untried: JSON.stringify(untried), tried: JSON.stringify(tried) });
  });
  const requeue = db.prepare(
    `UPDATE local.outbox SET state = 'queued', refusal = NULL, command_id = @next,
       input = iif(@seenMessageId IS NOT NULL AND (answered = 1 OR attempted = 0) AND kind IN (${sayingSeen}),
         json_set(input, '$.seenMessageId', @seenMessageId), input),
       told_conversation_id = iif(answered = 1, NULL, told_conversation_id),
       attempted = iif(answered = 1, 0, attempted), answered = 0 WHERE command_id = @id AND state = 'held'`,
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
  const remove = db.prepare('DELETE FROM local.outbox WHERE command_id = ?');
  const removeAll = db.transaction((commandIds: readonly string[]) => {
    for (const id of commandIds) remove.run(id);
  });
  const accepted = db.prepare<[], string>(`SELECT command_id FROM local.outbox WHERE state = 'accepted'`).pluck();
  const count = db.prepare<[], number>(`SELECT count(*) FROM local.outbox WHERE kind IN (${withWords})`).pluck();
  const snoozes = db.prepare<[], PendingSnooze & { id: string }>(
    `SELECT conversation_id AS id, input ->> '$.until' AS until, input ->> '$.seenMessageId' AS seenMessageId FROM local.outbox
     WHERE kind = 'conversation.snooze' AND state <> 'held' ORDER BY position`,
  );
  /** Needed for every row that is read, so it is kept until something changes. */
  let pending: ReadonlyMap<string, PendingSnooze> | null = null;
  const changed = <Done>(done: Done): Done => {
    pending = null;
    return done;
  };
  return {
    add: ({ command, ...item }: NewItem) => changed(add.run({ ...item, ...columnsOf(command) }).changes > 0),
    /**
     * Words that were not in flight: if sent after all, they are a new message. If it is unknown what their author had seen, an id is named
     * that the relay does not know, so that it reports every answer since the contact last wrote.
     */
    addHeld(held: HeldWords, refusal: Refusal): void {
      const { conversationId, createdAt, tab, text, commentId, seenMessageId } = held;
      const commandId = newId();
      const about = tab === 'note' ? {} : { seenMessageId: seenMessageId ?? commandId };
      const input = { text, ...about, ...(typeof commentId === 'string' ? { commentId } : {}) };
      const command = { kind: kindOfTab(tab), input: JSON.stringify(input) };
      addHeld.run({ commandId, conversationId, createdAt, ...command, refusal: JSON.stringify(refusal) });
    },
    /** A longer text for what is held and was never sent under this id. */
    lengthen: (commandId: string, text: string) => void lengthen.run(text, commandId),
    /** `from` was merged into `into`. A command that the relay may have received keeps its words, and the conversation that it named. */
    move: (from: string, into: string) => changed(void move.run({ from, into })),
    list: () => all.all().map(itemOf),
    read(commandId: string): StoredItem | null {
      const found = byId.get(commandId);
      return found === undefined ? null : itemOf(found);
    },
    /** `told`: the command in the form in which it is first sent to the relay. A retry with the same id sends no more and no less. */
    markAttempted: (commandId: string, told: Command) => void markAttempted.run(columnsOf(told).input, commandId),
    accept: (commandId: string) => void accept.run(commandId),
    /** `answered`: the relay refused this id. */
    hold: (commandId: string, refusal: Refusal, answered: boolean) =>
      changed(void hold.run(Number(answered), JSON.stringify(refusal), commandId)),
    accepted: () => accepted.all(),
    count: () => count.get() ?? 0,
    /**
     * Nothing waits after this: words are held, commands without words dropped. `tried`: for those that may have reached the relay.
     */
    holdAll: (refusals: { readonly untried: Refusal; readonly tried: Refusal }) => changed(holdAll(refusals)),
    /**
     * `seenMessageId`: what its author has seen since, null if no more than before. An item that keeps an attempted id stays unchanged.
     */
    requeue: (id: string, next: string, seenMessageId: string | null) =>
      requeue.run({ id, next, seenMessageId }).changes > 0,
    remove: (commandId: string) => changed(void remove.run(commandId)),
    /** Refusals quote what colleagues answered; these answers were taken back. Returns whether one was quoted. */
    blankAnswers: (messageIds: readonly string[], conversationIds: readonly string[]): boolean =>
      messageIds.length + conversationIds.length > 0 &&
      hasAnswers.get() !== undefined &&
      blankAnswers(messageIds, conversationIds) > 0,
    /** In one commit, since each one waits for the disk. */
    removeAll: (commandIds: readonly string[]) => changed(void removeAll(commandIds)),
    /** The last snooze of this conversation that waits; undefined when none does. */
    pendingSnooze(conversationId: string): PendingSnooze | undefined {
      pending ??= new Map(snoozes.all().map(({ id, ...snooze }) => [id, snooze]));
      return pending.get(conversationId);
    },
  };
}

/** The command whose words are typed in this tab. */
function kindOfTab(tab: DraftTab): CommandKind {
  const kind = commandKinds.find((each) => definitionOf(each).makes === tab);
  if (kind === undefined) throw new Error(`No command sends what is typed in the tab ${tab}.`);
  return kind;
}

function columnsOf({ kind, ...fields }: Command): { readonly kind: CommandKind; readonly input: string } {
  const { conversationId: _inItsOwnColumn, ...input } = fields as Record<string, unknown>;
  return { kind, input: JSON.stringify(input) };
}

function itemOf(stored: Stored): StoredItem {
  const { kind, command_id, conversation_id, told_conversation_id } = stored;
  const isKnown = (kind: string): kind is CommandKind => Object.hasOwn(commands, kind);
  const input = JSON.parse(stored.input) as Record<string, unknown>;
  const isAboutConversation = isKnown(kind) && 'conversationId' in commands[kind].input.shape;
  const conversationId = told_conversation_id ?? conversation_id;
  const command = commandSchema.safeParse({ kind, ...input, ...(isAboutConversation ? { conversationId } : {}) });
  const tab = isKnown(kind) ? definitionOf(kind).makes : null;
  const { text, commentId } = input;
  return {
    commandId: command_id,
    conversationId: conversation_id,
    isKnown: isKnown(kind),
    command: command.data ?? null,
    words:
      tab === null ? null : { tab, text: String(text), commentId: typeof commentId === 'string' ? commentId : null },
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
    return refuse('internal_error.reason_unreadable');
  }
}
