import { checkRights, refuse, windowAt, type Command, type CommandAnswer } from '@transom/shared';
import type { Actor } from './actor.ts';
import type { AgencyWork } from './agency-work.ts';
import { noteAnswer } from './answers.ts';
import { holdClaim } from './claims.ts';
import { passGate } from './gate.ts';
import { insertMessage } from './messages.ts';
import { done } from './inbox.ts';
import { findThreadOfConversation, noteLastMessage, saveThread, type Thread } from './thread.ts';

type Of<K extends Command['kind']> = Extract<Command, { kind: K }>;

/** A person's reply, put into the outbound queue. It is on disk, with its author, before anything is sent. */
export async function queueReply(work: AgencyWork, actor: Actor, id: string, command: Of<'reply.send'>): Promise<CommandAnswer> {
  const passage = await passGate(work, {
    kind: 'reply',
    conversationId: command.conversationId,
    person: actor.person,
    text: command.text,
  });
  if (!passage.ok) return passage;
  const thread = await threadOf(work, command.conversationId);
  return queue(work, actor, thread, {
    kind: 'text',
    clientMessageId: id,
    text: command.text,
    metadata: { window: windowAt(thread.window, work.now, passage.account.humanAgentApproved) },
  });
}

/**
 * The one private reply to a comment. The right to it is used up when it is queued, not when it arrives: two people must not
 * both believe that they have it. A send that Meta refuses gives it back (`outbound/`).
 */
export async function queuePrivateReply(
  work: AgencyWork,
  actor: Actor,
  id: string,
  command: Of<'comment.private_reply'>,
): Promise<CommandAnswer> {
  const comment = await findComment(work, command.commentId);
  if (comment === undefined) return { ok: false, refusal: refuse('not_found', 'There is no such comment.') };
  const thread = await threadOf(work, comment.conversationId);
  // The gate judges by the thread's newest comment; an older one is judged by itself.
  if (thread.window.comment?.messageId !== comment.id) {
    thread.window = { ...thread.window, comment: { messageId: comment.id, at: comment.sentAt, privateReplyUsedAt: comment.usedAt } };
    await saveThread(work.tx, thread);
  }
  const passage = await passGate(work, {
    kind: 'private_reply',
    conversationId: comment.conversationId,
    person: actor.person,
    text: command.text,
  });
  if (!passage.ok) return passage;
  thread.window = { ...thread.window, comment: { messageId: comment.id, at: comment.sentAt, privateReplyUsedAt: work.now } };
  return queue(work, actor, thread, {
    kind: 'private_reply',
    clientMessageId: id,
    text: command.text,
    replyTo: comment.nativeId,
    metadata: {},
  });
}

type Queued = Pick<Parameters<typeof insertMessage>[1], 'kind' | 'text' | 'replyTo' | 'metadata'> & { readonly clientMessageId: string };

async function queue(work: AgencyWork, actor: Actor, thread: Thread, message: Queued): Promise<CommandAnswer> {
  const messageId = await insertMessage(work.tx, {
    ...message,
    conversationId: thread.conversationId,
    accountId: thread.accountId,
    direction: 'outbound',
    sentAt: work.now,
    receivedAt: work.now,
    state: 'queued',
    origin: 'desk',
    authorId: actor.person.id,
    nextAttemptAt: work.now,
  });
  noteLastMessage(thread, messageId, work.now);
  await holdClaim(work, thread, actor);
  await saveThread(work.tx, thread);
  work.touch('conversation', thread.conversationId);
  work.touch('message', messageId);
  work.record(actor.person.id, 'reply.queued', messageId, {
    conversationId: thread.conversationId,
    kind: message.kind,
    windowOpenedAt: thread.window.openedAt,
  });
  return { ok: true, messageId, state: 'queued' };
}

type CommentRow = { id: string; conversationId: string; sentAt: number; nativeId: string; usedAt: number | null };

/** A comment by our id or by the channel's, with the moment at which its private reply was used. */
async function findComment(work: AgencyWork, commentId: string): Promise<CommentRow | undefined> {
  return work.tx.get<CommentRow>(
    `select m.id, m.conversation_id as "conversationId", m.sent_at as "sentAt", m.native_message_id as "nativeId",
       (select min(r.sent_at) from messages r
        where r.agency_id = m.agency_id and r.conversation_id = m.conversation_id and r.kind = 'private_reply'
          and r.state <> 'failed' and r.reply_to = m.native_message_id) as "usedAt"
     from messages m
     where m.agency_id = :agency and m.kind = 'comment' and m.direction = 'inbound' and (m.id = :commentId or m.native_message_id = :commentId)
     limit 1`,
    { commentId },
  );
}

/** A person looked whether an unconfirmed message arrived: it did, or it did not and its words may be sent anew. */
export async function confirmMessage(work: AgencyWork, actor: Actor, command: Of<'message.confirm'>): Promise<CommandAnswer> {
  const rights = checkRights(actor.person);
  if (rights !== null) return { ok: false, refusal: rights };
  const message = await work.tx.get<{ conversationId: string; sentAt: number }>(
    `update messages set state = :state, next_attempt_at = null, failure_code = :code, failure_detail = :detail
     where agency_id = :agency and id = :id and state = 'unconfirmed'
     returning conversation_id as "conversationId", sent_at as "sentAt"`,
    {
      id: command.messageId,
      state: command.arrived ? 'sent' : 'failed',
      code: command.arrived ? null : 'not_arrived',
      detail: command.arrived ? null : `${actor.person.name} looked: it did not arrive. It can be sent again.`,
    },
  );
  if (message === undefined) return { ok: false, refusal: refuse('not_confirmable') };
  const thread = await threadOf(work, message.conversationId);
  if (command.arrived) {
    await noteAnswer(work, thread, message.sentAt, actor.person.id);
    await saveThread(work.tx, thread);
  }
  work.touch('message', command.messageId);
  work.touch('conversation', thread.conversationId);
  work.record(actor.person.id, 'message.confirmed_by_person', command.messageId, { arrived: command.arrived });
  return done;
}

async function threadOf(work: AgencyWork, conversationId: string): Promise<Thread> {
  const thread = await findThreadOfConversation(work.tx, conversationId);
  if (thread === null) throw new Error(`The conversation ${conversationId} vanished inside a transaction.`);
  return thread;
}
