import {
  type Command,
  type CommandKind,
  checkRole,
  checkText,
  commandKinds,
  definitionOf,
  type RefusalCode,
  refuse,
} from '@transom/shared';
import type { AboutWords } from '../contract/command-methods.ts';
import type { DraftTab } from '../contract/views.ts';
import type { Desk, Outcome } from './desk.ts';

type Answers = { readonly [K in CommandKind]: (input: object) => Promise<Outcome> };

/**
 * Commands that windows give, answered from the table: words go through the outbox, and everything else to the relay now or not at all.
 * What is out of the ordinary is answered in `calls.ts`.
 */
export function answerCommands(desk: Desk): Answers {
  const give = (kind: CommandKind) => {
    const tab = definitionOf(kind).makes;
    if (tab === null) return (input: object) => desk.command({ kind, ...input } as Command);
    return async (input: object) => keepWords(desk, kind, tab, input as AboutWords & { readonly text: string });
  };
  return Object.fromEntries(commandKinds.map((kind) => [kind, give(kind)])) as Answers;
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
  if (person === null) return refused('unauthorized', notConnected);
  // Asked again because the answer did not arrive: it is stored, or is a message already.
  if (store.outbox.read(clientMessageId) !== null || store.messages.hasClientMessage(clientMessageId))
    return { ok: true };
  const row = store.conversations.read(conversationId);
  if (row === null && store.feed.cursor() === null) return refused('not_stored', stillFetched);
  if (row === null) return refused('not_found', 'This conversation no longer exists.');
  if (row.erasedAt !== null)
    return refused('recipient_unavailable', 'This person was erased, so nothing can be written here.');
  if (draftRev !== undefined && drafts.wasSentSince({ conversationId, tab }, draftRev))
    return refused('id_reused', sentElsewhere);
  const { text } = input;
  const barred = checkRole(person, kind) ?? checkText({ channel: tab === 'note' ? 'internal' : row.channel }, text);
  if (barred !== null) return { ok: false, refusal: barred };
  const about = definitionOf(kind).input.shape['conversationId'] === undefined ? {} : { conversationId };
  const command = { kind, ...input, ...about } as Command;
  const item = { commandId: clientMessageId, conversationId, command, createdAt: desk.now() || Date.now() };
  // A draft that were still there after a restart would be sent a second time, under another id.
  outbox.put(item, () => drafts.sent({ conversationId, tab }, text));
  return { ok: true };
}

function refused(code: RefusalCode, detail: string): Outcome {
  return { ok: false, refusal: refuse(code, detail) };
}

const notConnected = 'This computer is not connected to a relay. Connect it first; your text stays here.';
const stillFetched = 'The inbox is still being fetched from the relay. Your text stays here; try again in a moment.';
const sentElsewhere = 'Another window on this computer has already sent this draft, so it was not sent a second time.';
