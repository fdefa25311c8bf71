import { type CommandAnswer, type CommandEnvelope, type CommandKind, type CommandOf, checkRole } from '@transom/shared';
import { noteHumanAgent } from '../accounts/human-agent.ts';
import type { AgencyWork } from '../ledger/agency-work.ts';
import { endGrant } from '../partners/grants.ts';
import type { Actor } from './actor.ts';
import { claimHandoff, closeHandoff, releaseHandoff } from './claims.ts';
import { addNote } from './notes.ts';
import { reopenConversation } from './reopen-conversation.ts';
import { confirmMessage, queuePrivateReply, queueReply } from './replies.ts';
import { snoozeConversation } from './snooze-conversation.ts';
import { withdrawReply } from './withdraw-reply.ts';

/**
 * Carries out a command of a person with the right role. The last argument is the command's id; a message that the command makes keeps it.
 */
type Handler<K extends CommandKind> = (
  work: AgencyWork,
  actor: Actor,
  command: CommandOf<K>,
  id: string,
) => Promise<CommandAnswer>;

/** One handler per command. Nothing that sends is reachable from anywhere else. */
const handlers: { readonly [K in CommandKind]: Handler<K> } = {
  'reply.send': queueReply,
  'comment.private_reply': queuePrivateReply,
  'reply.withdraw': withdrawReply,
  'note.add': addNote,
  'handoff.claim': claimHandoff,
  'handoff.release': releaseHandoff,
  'handoff.resolve': closeHandoff,
  'handoff.reopen': reopenConversation,
  'conversation.snooze': snoozeConversation,
  'account.human_agent': noteHumanAgent,
  'message.confirm': confirmMessage,
  'partner.end_grant': endGrant,
};

export async function carryOut(
  work: AgencyWork,
  actor: Actor,
  { id, command }: CommandEnvelope,
): Promise<CommandAnswer> {
  const barred = checkRole(actor.person, command.kind);
  if (barred !== null) return { ok: false, refusal: barred };
  return (handlers[command.kind] as Handler<CommandKind>)(work, actor, command, id);
}
