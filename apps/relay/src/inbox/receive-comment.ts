import { noteComment, type Source } from '@transom/shared';
import type { AgencyWork } from './agency-work.ts';
import { noteAnswer } from './answers.ts';
import { rememberUnsent, unsentBefore } from './change-message.ts';
import type { CommentChanged, CommentReceived, ContactHint } from './events.ts';
import { noteInterest, openHandoff } from './leads-and-handoffs.ts';
import { findByNativeId, insertMessage } from './messages.ts';
import { awaitsAnswer } from './receive-message.ts';
import {
  type AccountRef,
  findThreadOfConversation,
  noteLastMessage,
  openThread,
  saveThread,
  type Thread,
} from './thread.ts';

/**
 * A comment under one of the business's posts. It joins the person's thread and carries the right to one private reply; it does
 * not open the window for direct messages. The business's own comments answer the comment that they stand under.
 */
export async function receiveComment(work: AgencyWork, account: AccountRef, event: CommentReceived): Promise<void> {
  if ((await findByNativeId(work.tx, account.id, event.commentId)) !== undefined) return;
  return event.own ? receiveOwnComment(work, account, event) : receiveBuyerComment(work, account, event);
}

async function receiveBuyerComment(work: AgencyWork, account: AccountRef, event: CommentReceived): Promise<void> {
  const source: Source = { kind: 'comment', postId: event.postId, commentId: event.commentId, adTitle: event.adTitle };
  const thread = await openThread(work.tx, account, event.contact ?? nameless(event), { source, at: event.sentAt });
  const messageId = await insertComment(work, account, thread, event, 'inbound');
  thread.window = noteComment(thread.window, { messageId, at: event.sentAt, seenAt: work.now });
  await noteInterest(work, thread, event.text);
  if (awaitsAnswer(thread, event.sentAt)) await openHandoff(work, thread);
  await saveThread(work.tx, thread);
  work.record('relay', 'comment.received', messageId, { conversationId: thread.conversationId, sentAt: event.sentAt });
}

async function receiveOwnComment(work: AgencyWork, account: AccountRef, event: CommentReceived): Promise<void> {
  const parent = event.parentId === null ? undefined : await findByNativeId(work.tx, account.id, event.parentId);
  const thread = parent === undefined ? null : await findThreadOfConversation(work.tx, parent.conversationId);
  // A comment of ours under nobody's comment answers nobody.
  if (thread === null) return;
  const messageId = await insertComment(work, account, thread, event, 'outbound');
  await noteAnswer(work, thread, event.sentAt, 'relay');
  await saveThread(work.tx, thread);
  work.record('relay', 'comment.answered_elsewhere', messageId, { conversationId: thread.conversationId });
}

async function insertComment(
  work: AgencyWork,
  account: AccountRef,
  thread: Thread,
  event: CommentReceived,
  direction: 'inbound' | 'outbound',
): Promise<string> {
  const { commentId, parentId, postId, permalink } = event;
  const unsentAt = await unsentBefore(work, account, commentId);
  const messageId = await insertMessage(work.tx, {
    conversationId: thread.conversationId,
    accountId: account.id,
    direction,
    kind: 'comment',
    text: unsentAt === undefined ? event.text : null,
    ...(unsentAt === undefined ? {} : { unsentAt }),
    nativeMessageId: commentId,
    deliveryId: account.deliveryId,
    sentAt: event.sentAt,
    receivedAt: work.now,
    state: direction === 'inbound' ? 'received' : 'sent',
    origin: direction === 'inbound' ? 'contact' : 'elsewhere',
    metadata: { comment: { commentId, parentId, postId, permalink } },
  });
  noteLastMessage(thread, messageId, event.sentAt);
  work.touch('conversation', thread.conversationId);
  work.touch('message', messageId);
  return messageId;
}

/** Facebook may keep the author to itself. The comment can still be answered privately, by its own id. */
function nameless(event: CommentReceived): ContactHint {
  return { senderId: `comment:${event.commentId}`, name: null, username: null };
}

export async function changeComment(work: AgencyWork, account: AccountRef, event: CommentChanged): Promise<void> {
  const known = await findByNativeId(work.tx, account.id, event.commentId);
  const removed = event.change === 'removed';
  if (known === undefined) return removed ? rememberUnsent(work, account, event.commentId, event.at) : undefined;
  const changed = await work.tx.run(
    removed
      ? `update messages set text = null, unsent_at = :at where agency_id = :agency and id = :id and unsent_at is null`
      : `update messages set text = :text, edited_at = :at
         where agency_id = :agency and id = :id and unsent_at is null and (edited_at is null or edited_at < :at)`,
    { id: known.id, at: event.at, ...(removed ? {} : { text: event.text }) },
  );
  if (changed === 0) return;
  for (const [entity, id] of [
    ['message', known.id],
    ['conversation', known.conversationId],
  ] as const) {
    if (removed) work.withdraw(entity, id);
    else work.touch(entity, id);
  }
  work.record('relay', removed ? 'comment.removed' : 'comment.edited', known.id);
}
