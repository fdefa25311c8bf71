import { type CommandAnswer, type CommandOf, refuse, windowAt } from '@transom/shared';
import { waitReason } from '../outbound/told-to-wait.ts';
import type { Actor } from './actor.ts';
import type { AgencyWork } from './agency-work.ts';
import { noteReplied, reopen } from './answers.ts';
import { holdClaim } from './claims.ts';
import { passGate } from './gate.ts';
import { done } from './inbox.ts';
import { insertMessage, leftAtSql } from './messages.ts';
import { factsOf, findCommentRight, recountRights } from './private-reply-rights.ts';
import { noteReached } from './reachable.ts';
import { stateByReceipts } from './receipts.ts';
import { findThreadOfConversation, noteLastMessage, saveThread, type Thread } from './thread.ts';

/** A person's reply, put into the outbound queue. It is on disk, with its author, before anything is sent. */
export async function queueReply(
  work: AgencyWork,
  actor: Actor,
  command: CommandOf<'reply.send'>,
  id: string,
): Promise<CommandAnswer> {
  const passage = await passGate(work, {
    kind: 'reply',
    conversationId: command.conversationId,
    person: actor.person,
    text: command.text,
    seenMessageId: command.seenMessageId,
  });
  if (!passage.ok) return passage;
  const thread = await threadOf(work, command.conversationId);
  return queue(work, actor, thread, {
    kind: 'text',
    clientMessageId: id,
    text: command.text,
    metadata: { window: windowAt(thread.window, work.now, passage.account) },
  });
}

/**
 * The one private reply to a comment. The right to it is used up when it is queued, not when it arrives: two people must not
 * both believe that they have it. A send that Meta refuses gives it back (`outbound/`).
 */
export async function queuePrivateReply(
  work: AgencyWork,
  actor: Actor,
  command: CommandOf<'comment.private_reply'>,
  id: string,
): Promise<CommandAnswer> {
  const comment = await findCommentRight(work.tx, command.commentId);
  if (comment === undefined) return { ok: false, refusal: refuse('not_found.comment') };
  const passage = await passGate(work, {
    kind: 'private_reply',
    conversationId: comment.conversationId,
    comment: factsOf(comment),
    person: actor.person,
    text: command.text,
    seenMessageId: command.seenMessageId,
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
    failure: await waitReason(work.tx, thread.accountId, work.now),
    queueNumber: await nextInQueue(work, thread.conversationId),
  });
  noteLastMessage(thread, messageId, work.now);
  await recountRights(work, thread, message);
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

/** Replies of a conversation go out in the order in which people asked for them, whatever the clock said. */
async function nextInQueue(work: AgencyWork, conversationId: string): Promise<number> {
  const last = await work.tx.get<{ number: number | null }>(
    `select max(queue_number) as number from messages
     where agency_id = :agency and conversation_id = :conversationId and state in ('queued', 'sending')`,
    { conversationId },
  );
  return (last?.number ?? 0) + 1;
}

/** A person checked whether an unconfirmed message arrived: it did, or it did not and its words may be sent again. */
export async function confirmMessage(
  work: AgencyWork,
  actor: Actor,
  command: CommandOf<'message.confirm'>,
): Promise<CommandAnswer> {
  const message = await work.tx.get<Unconfirmed>(
    `select id, conversation_id as "conversationId", kind, reply_to as "replyTo", sent_at as "sentAt", ${leftAtSql} as "leftAt",
            attempts as looks, next_attempt_at as "nextLookAt"
     from messages where agency_id = :agency and id = :id and state = 'unconfirmed'`,
    { id: command.messageId },
  );
  if (message === undefined) return { ok: false, refusal: refuse('not_confirmable') };
  // What a person calls lost is sent again although Meta may have it. So Transom checks once itself before that.
  if (!command.arrived && message.looks === 0 && message.nextLookAt !== null)
    return { ok: false, refusal: refuse('not_confirmable.still_looking') };
  const thread = await threadOf(work, message.conversationId);
  await work.tx.run(
    `update messages set state = :state, next_attempt_at = null, failure_code = :code, failure_detail = :detail
     where agency_id = :agency and id = :id`,
    {
      id: command.messageId,
      state: command.arrived ? stateByReceipts(thread, message.leftAt ?? message.sentAt) : 'failed',
      code: command.arrived ? null : 'not_arrived',
      detail: command.arrived ? null : `${actor.person.name} looked: it did not arrive. It can be sent again.`,
    },
  );
  if (command.arrived) {
    await noteReached(work, thread, message.leftAt ?? message.sentAt);
    await noteReplied(work, thread, message, actor.person.id);
  } else await reopen(work, thread, message);
  // If a private reply did not arrive, its one use is restored.
  await recountRights(work, thread, message);
  await saveThread(work.tx, thread);
  work.touch('message', command.messageId);
  work.touch('conversation', thread.conversationId);
  work.record(actor.person.id, 'message.confirmed_by_person', command.messageId, { arrived: command.arrived });
  return done;
}

type Unconfirmed = {
  readonly id: string;
  readonly conversationId: string;
  readonly kind: string;
  readonly replyTo: string | null;
  readonly sentAt: number;
  readonly leftAt: number | null;
  readonly looks: number;
  readonly nextLookAt: number | null;
};

async function threadOf(work: AgencyWork, conversationId: string): Promise<Thread> {
  const thread = await findThreadOfConversation(work.tx, conversationId);
  if (thread === null) throw new Error(`The conversation ${conversationId} vanished inside a transaction.`);
  return thread;
}
