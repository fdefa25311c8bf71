import { type CommandAnswer, type CommandOf, refuse, windowAt } from '@transom/shared';
import { insertQueued, type Reply } from '../ledger/add-message.ts';
import type { AgencyWork } from '../ledger/agency-work.ts';
import { confirm, deny } from '../ledger/doubts.ts';
import { leftAtSql } from '../ledger/find-message.ts';
import { waitReason } from '../outbound/told-to-wait.ts';
import type { Actor } from './actor.ts';
import { noteReplied, reopen } from './answers.ts';
import { holdClaim } from './claims.ts';
import { checkSendRules } from './gate.ts';
import { done } from './inbox.ts';
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
  const passage = await checkSendRules(work, {
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
 * The one private reply to a comment. The right to it is used up when it is queued, not when it arrives: two people must not both believe
 * that they have it. If Meta refuses the send, the right is restored (`outbound/`).
 */
export async function queuePrivateReply(
  work: AgencyWork,
  actor: Actor,
  command: CommandOf<'comment.private_reply'>,
  id: string,
): Promise<CommandAnswer> {
  const comment = await findCommentRight(work.tx, command.commentId);
  if (comment === undefined) return { ok: false, refusal: refuse('not_found.comment') };
  const passage = await checkSendRules(work, {
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

type Asked = Pick<Reply, 'kind' | 'text' | 'replyTo' | 'metadata' | 'clientMessageId'>;

async function queue(work: AgencyWork, actor: Actor, thread: Thread, asked: Asked): Promise<CommandAnswer> {
  const { conversationId, accountId, window } = thread;
  await holdClaim(work, thread, actor);
  const messageId = await insertQueued(work, {
    ...asked,
    conversationId,
    accountId,
    authorId: actor.person.id,
    failure: await waitReason(work.tx, accountId, work.now),
    windowOpenedAt: window.openedAt,
  });
  noteLastMessage(thread, messageId, work.now);
  await recountRights(work, thread, asked);
  await saveThread(work.tx, thread);
  return { ok: true, messageId, state: 'queued' };
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
  // The words of a reply that a person calls lost are sent again although Meta may have it, so Transom looks it up once before that.
  if (!command.arrived && message.looks === 0 && message.nextLookAt !== null)
    return { ok: false, refusal: refuse('not_confirmable.still_looking') };
  const thread = await threadOf(work, message.conversationId);
  const by = actor.person.id;
  if (command.arrived) {
    const leftAt = message.leftAt ?? message.sentAt;
    await confirm(work, message.id, { to: stateByReceipts(thread, leftAt), by });
    await noteReached(work, thread, leftAt);
    await noteReplied(work, thread, message, by);
  } else {
    await deny(work, message.id, by);
    await reopen(work, thread, message);
  }
  // If a private reply did not arrive, its one use is restored.
  await recountRights(work, thread, message);
  await saveThread(work.tx, thread);
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
