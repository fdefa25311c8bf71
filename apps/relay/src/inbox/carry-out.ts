import type { CommandAnswer, CommandEnvelope } from '@transom/shared';
import { noteHumanAgent } from '../accounts/human-agent.ts';
import type { AgencyWork } from '../ledger/agency-work.ts';
import type { Actor } from './actor.ts';
import { claimHandoff, closeHandoff, releaseHandoff } from './claims.ts';
import { addNote } from './notes.ts';
import { reopenConversation } from './reopen-conversation.ts';
import { confirmMessage, queuePrivateReply, queueReply } from './replies.ts';
import { withdrawReply } from './withdraw-reply.ts';

/** The table of commands. Nothing that sends is reachable from anywhere else. */
export function carryOut(work: AgencyWork, actor: Actor, { id, command }: CommandEnvelope): Promise<CommandAnswer> {
  switch (command.kind) {
    case 'reply.send':
      return queueReply(work, actor, id, command);
    case 'comment.private_reply':
      return queuePrivateReply(work, actor, id, command);
    case 'reply.withdraw':
      return withdrawReply(work, actor, command);
    case 'note.add':
      return addNote(work, actor, id, command);
    case 'handoff.claim':
      return claimHandoff(work, actor, command);
    case 'handoff.release':
      return releaseHandoff(work, actor, command);
    case 'handoff.resolve':
      return closeHandoff(work, actor, command);
    case 'handoff.reopen':
      return reopenConversation(work, actor, command);
    case 'account.human_agent':
      return noteHumanAgent(work, actor, command);
    case 'message.confirm':
      return confirmMessage(work, actor, command);
  }
}
