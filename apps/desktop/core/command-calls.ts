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
 * Answers commands from windows by the command table: words, and whatever may wait, go through the outbox; the rest goes to the relay, now
 * or not at all. Special cases are answered in `calls.ts`.
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

/** A command that may wait for the relay is on disk before it is answered, and shows immediately. */
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

/** The relay decides whether the words may be sent; what it would surely refuse is refused here before anything is stored. */
function keepWords(
  desk: Desk,
  kind: CommandKind,
  tab: DraftTab,
  { conversationId, clientMessageId, draftRev, ...input }: AboutWords & { readonly text: string },
): Outcome {
  const { store, session, outbox, drafts } = desk;
  const person = session.identity()?.person ?? null;
  if (person === null) return { ok: false, refusal: refuse('unauthorized.not_connected') };
  // A repeat, because the answer did not arrive: it is already stored, or already a message.
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
  // A draft that is still there after a restart would be sent a second time, under another id.
  outbox.put(item, () => drafts.sent({ conversationId, tab }, text));
  return { ok: true };
}
