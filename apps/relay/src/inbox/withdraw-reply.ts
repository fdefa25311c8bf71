import { type CommandAnswer, type CommandOf, type MessageState, type Refusal, refuse } from '@transom/shared';
import type { AgencyWork } from '../ledger/agency-work.ts';
import { withdraw } from '../ledger/sending.ts';
import type { Actor } from './actor.ts';
import { stopAsking } from './answers.ts';
import { undoClosingThatReliedOn } from './closings.ts';
import { recountRights } from './private-reply-rights.ts';
import { waitAsBefore } from './reopen-conversation.ts';
import { findThreadOfConversation, recountLastMessage, saveThread } from './thread.ts';

type Reply = {
  readonly conversationId: string;
  readonly kind: string;
  readonly replyTo: string | null;
  readonly sentAt: number;
  readonly state: MessageState;
  readonly authorId: string;
  readonly author: string | null;
};

/**
 * Takes back a reply that is still queued. The sender commits `sending` before it calls Meta, so whichever comes first, the sender or the
 * withdrawal, the other one finds nothing to do.
 */
export async function withdrawReply(
  work: AgencyWork,
  actor: Actor,
  { messageId }: CommandOf<'reply.withdraw'>,
): Promise<CommandAnswer> {
  const reply = await work.tx.get<Reply>(
    `select m.conversation_id as "conversationId", m.kind, m.reply_to as "replyTo", m.sent_at as "sentAt", m.state, m.author_id as "authorId", p.name as author
     from messages m left join people p on p.agency_id = m.agency_id and p.id = m.author_id
     where m.agency_id = :agency and m.id = :messageId and m.direction = 'outbound' and m.origin = 'desk'`,
    { messageId },
  );
  const reason = whyNot(reply, actor);
  if (reply === undefined || reason !== null) return { ok: false, refusal: reason ?? refuse('not_withdrawable') };
  await withdraw(work, messageId, actor.person.id);
  await takeOutOfThread(work, actor, reply);
  return { ok: true, messageId, state: null };
}

function whyNot(reply: Reply | undefined, { person }: Actor): Refusal | null {
  if (reply === undefined) return refuse('not_withdrawable.gone');
  switch (reply.state) {
    case 'queued':
      return reply.authorId === person.id || person.role === 'owner'
        ? null
        : refuse('not_withdrawable.of_other', { author: reply.author });
    case 'failed':
      return refuse('not_withdrawable.failed');
    case 'sending':
    case 'unconfirmed':
      return refuse('not_withdrawable.on_its_way');
    default:
      return refuse('not_withdrawable.sent');
  }
}

async function takeOutOfThread(work: AgencyWork, actor: Actor, reply: Reply): Promise<void> {
  const thread = await findThreadOfConversation(work.tx, reply.conversationId);
  if (thread === null) return;
  await recountLastMessage(work.tx, thread);
  await recountRights(work, thread, reply);
  // The thread may have been closed in the belief that this reply would be sent: a buyer who still waits must not be lost.
  if (await undoClosingThatReliedOn(work, thread, reply.sentAt)) await waitAsBefore(work, thread, actor);
  // It was in doubt, so somebody had to look at it.
  else await stopAsking(work, thread, actor.person.id);
  await saveThread(work.tx, thread);
}
