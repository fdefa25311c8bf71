import { type Command, type CommandAnswer, checkRights, refuse, windowAt } from '@transom/shared';
import type { Actor } from './actor.ts';
import type { AgencyWork } from './agency-work.ts';
import { noteAnswer } from './answers.ts';
import { holdClaim } from './claims.ts';
import { passGate } from './gate.ts';
import { done } from './inbox.ts';
import { insertMessage } from './messages.ts';
import { factsOf, findCommentRight, readCommentFacts } from './private-reply-rights.ts';
import { findThreadOfConversation, noteLastMessage, saveThread, type Thread } from './thread.ts';

type Of<K extends Command['kind']> = Extract<Command, { kind: K }>;

/** A person's reply, put into the outbound queue. It is on disk, with its author, before anything is sent. */
export async function queueReply(
  work: AgencyWork,
  actor: Actor,
  id: string,
  command: Of<'reply.send'>,
): Promise<CommandAnswer> {
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
  const comment = await findCommentRight(work.tx, command.commentId);
  if (comment === undefined) return { ok: false, refusal: refuse('not_found', 'There is no such comment.') };
  const passage = await passGate(work, {
    kind: 'private_reply',
    conversationId: comment.conversationId,
    comment: factsOf(comment),
    person: actor.person,
    text: command.text,
  });
  if (!passage.ok) return passage;
  return queue(work, actor, await threadOf(work, comment.conversationId), {
    kind: 'private_reply',
    clientMessageId: id,
    text: command.text,
    replyTo: comment.nativeId,
    metadata: {},
  });
}

type Queued = Pick<Parameters<typeof insertMessage>[1], 'kind' | 'text' | 'replyTo' | 'metadata'> & {
  readonly clientMessageId: string;
};

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
  if (message.kind === 'private_reply')
    thread.window = { ...thread.window, comment: await readCommentFacts(work.tx, thread.conversationId) };
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

/** A person looked whether an unconfirmed message arrived: it did, or it did not and its words may be sent anew. */
export async function confirmMessage(
  work: AgencyWork,
  actor: Actor,
  command: Of<'message.confirm'>,
): Promise<CommandAnswer> {
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
  if (command.arrived) await noteAnswer(work, thread, message.sentAt, actor.person.id);
  // A private reply that did not arrive gives its right back.
  thread.window = { ...thread.window, comment: await readCommentFacts(work.tx, thread.conversationId) };
  await saveThread(work.tx, thread);
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
