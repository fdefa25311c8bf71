import { type Command, type CommandAnswer, checkRights, checkText, refuse } from '@transom/shared';
import { insertNote } from '../ledger/add-message.ts';
import type { AgencyWork } from '../ledger/agency-work.ts';
import { readConversation } from '../ledger/documents/conversation.ts';
import type { Actor } from './actor.ts';

/** A note for the team. It never leaves the agency and changes neither window nor order. */
export async function addNote(
  work: AgencyWork,
  actor: Actor,
  id: string,
  command: Extract<Command, { kind: 'note.add' }>,
): Promise<CommandAnswer> {
  const refusal = checkRights(actor.person) ?? checkText({ channel: 'internal' }, command.text);
  if (refusal !== null) return { ok: false, refusal };
  const conversation = await readConversation(work.tx, command.conversationId, 0);
  if (conversation === null) return { ok: false, refusal: refuse('not_found', 'There is no such conversation.') };
  const messageId = await insertNote(work, {
    conversationId: conversation.id,
    accountId: conversation.accountId,
    text: command.text,
    clientMessageId: id,
    authorId: actor.person.id,
  });
  return { ok: true, messageId, state: 'received' };
}
