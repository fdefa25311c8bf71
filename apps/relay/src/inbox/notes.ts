import { type CommandAnswer, type CommandOf, checkNoteText, refuse } from '@transom/shared';
import type { Actor } from './actor.ts';
import type { AgencyWork } from './agency-work.ts';
import { readConversation } from './documents/conversation.ts';
import { insertMessage } from './messages.ts';

/** A note for the team. It never leaves the agency and changes neither window nor order. */
export async function addNote(
  work: AgencyWork,
  actor: Actor,
  command: CommandOf<'note.add'>,
  id: string,
): Promise<CommandAnswer> {
  const refusal = checkNoteText(command.text);
  if (refusal !== null) return { ok: false, refusal };
  const conversation = await readConversation(work.tx, command.conversationId, 0);
  if (conversation === null) return { ok: false, refusal: refuse('not_found.conversation') };
  const messageId = await insertMessage(work.tx, {
    conversationId: conversation.id,
    accountId: conversation.accountId,
    direction: 'note',
    kind: 'note',
    text: command.text,
    clientMessageId: id,
    sentAt: work.now,
    receivedAt: work.now,
    state: 'received',
    origin: 'desk',
    authorId: actor.person.id,
    metadata: {},
  });
  work.touch('message', messageId);
  work.record(actor.person.id, 'note.added', messageId, { conversationId: conversation.id });
  return { ok: true, messageId, state: 'received' };
}
