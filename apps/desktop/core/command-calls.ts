import {
  type Command,
  type CommandKind,
  checkNoteText,
  checkRole,
  checkText,
  commandKinds,
  definitionOf,
  newId,
  refuse,
  rulesFor,
} from '@transom/shared';
import type { AboutWords } from '../contract/command-methods.ts';
import type { DraftTab } from '../contract/views.ts';
import type { Desk, Outcome } from './desk.ts';

type Answers = { readonly [K in CommandKind]: (input: object) => Promise<Outcome> };

/**
 * Commands that windows give, answered from the table: words, and whatever may wait, go through the outbox; the rest goes to the relay, now
 * or not at all. What is out of the ordinary is answered in `calls.ts`.
 */
export function answerCommands(desk: Desk): Answers {
  const give = (kind: CommandKind) => {
    const { makes: tab, offline } = definitionOf(kind);
    if (tab === null && offline === 'waits')
      return async (input: object) => keepWordless(desk, { kind, ...input } as Command);
    if (tab === null) return (input: object) => desk.command({ kind, ...input } as Command);
    return async (input: object) => keepWords(desk, kind, tab, input as AboutWords & { readonly text: string });
  };
  return Object.fromEntries(commandKinds.map((kind) => [kind, give(kind)])) as Answers;
}

/** What may wait for the relay is on disk before it is answered, and shows at once. */
function keepWordless(desk: Desk, command: Command): Outcome {
  const person = desk.session.identity()?.person ?? null;
  if (person === null) return { ok: false, refusal: refuse('unauthorized.not_connected') };
  const barred = checkRole(person, command.kind);
  if (barred !== null) return { ok: false, refusal: barred };
  const conversationId = 'conversationId' in command ? command.conversationId : null;
  if (conversationId === null || desk.store.conversations.read(conversationId) === null)
    return { ok: false, refusal: refuse('not_found.conversation_gone') };
  const item = { commandId: newId(), conversationId, command, createdAt: desk.now() || Date.now() };
  desk.outbox.put(item, () => undefined);
  return { ok: true };
}

/** Whether the words may go out is the relay's to say; what it would surely refuse is said before anything is stored. */
function keepWords(
  desk: Desk,
  kind: CommandKind,
  tab: DraftTab,
  { conversationId, clientMessageId, draftRev, ...input }: AboutWords & { readonly text: string },
): Outcome {
  const { store, session, outbox, drafts } = desk;
  const person = session.identity()?.person ?? null;
  if (person === null) return { ok: false, refusal: refuse('unauthorized.not_connected') };
  // Asked again because the answer did not arrive: it is stored, or is a message already.
  if (store.outbox.read(clientMessageId) !== null || store.messages.hasClientMessage(clientMessageId))
    return { ok: true };
  const row = store.conversations.read(conversationId);
  if (row === null && store.feed.cursor() === null) return { ok: false, refusal: refuse('not_stored.still_fetched') };
  if (row === null) return { ok: false, refusal: refuse('not_found.conversation_gone') };
  if (row.erasedAt !== null) return { ok: false, refusal: refuse('recipient_unavailable.nothing_to_write') };
  if (draftRev !== undefined && drafts.wasSentSince({ conversationId, tab }, draftRev))
    return { ok: false, refusal: refuse('id_reused.sent_elsewhere') };
  const { text } = input;
  const rules = rulesFor(row, store.accounts.rules(row.accountId));
  const barred = checkRole(person, kind) ?? (tab === 'note' ? checkNoteText(text) : checkText(rules, text));
  if (barred !== null) return { ok: false, refusal: barred };
  const about = definitionOf(kind).input.shape['conversationId'] === undefined ? {} : { conversationId };
  const command = { kind, ...input, ...about } as Command;
  const item = { commandId: clientMessageId, conversationId, command, createdAt: desk.now() || Date.now() };
  // A draft that were still there after a restart would be sent a second time, under another id.
  outbox.put(item, () => drafts.sent({ conversationId, tab }, text));
  return { ok: true };
}
