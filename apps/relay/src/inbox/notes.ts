import { type CommandAnswer, type CommandOf, checkNoteText, refuse } from '@transom/shared';
import { insertNote } from '../ledger/add-message.ts';
import type { AgencyWork } from '../ledger/agency-work.ts';
import { readConversation } from '../ledger/documents/conversation.ts';
import type { Actor } from './actor.ts';

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
  const messageId = await insertNote(work, {
    conversationId: conversation.id,
    accountId: conversation.accountId,
    text: command.text,
    clientMessageId: id,
    authorId: actor.person.id,
  });
  return { ok: true, messageId, state: 'received' };
}
