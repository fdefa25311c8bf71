import { noteComment, type Source } from '@transom/shared';
import type { AgencyWork } from './agency-work.ts';
import { noteAnswer } from './answers.ts';
import { unsentBefore } from './change-message.ts';
import { keepEarly } from './early-events.ts';
import type { CommentReceived, ContactHint } from './events.ts';
import { authorOfComment } from './join-person.ts';
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
  const unsentAt = await unsentBefore(work, account, event.commentId);
  const thread = await openThread(work.tx, account, event.contact ?? nameless(event), { source, at: event.sentAt });
  const messageId = await insertComment(work, account, thread, event, { direction: 'inbound', unsentAt });
  await noteInterest(work, thread, unsentAt === undefined ? event.text : null);
  // One that its author removed already asks for nothing and can no longer be answered.
  if (unsentAt === undefined) {
    thread.window = noteComment(thread.window, { messageId, at: event.sentAt, seenAt: work.now }, thread.policy);
    // Its private reply may arrive although an earlier message did not.
    thread.unreachable = false;
    if (awaitsAnswer(thread, event.sentAt)) await openHandoff(work, thread);
  }
  await saveThread(work.tx, thread);
  work.record('relay', 'comment.received', messageId, { conversationId: thread.conversationId, sentAt: event.sentAt });
}

async function receiveOwnComment(work: AgencyWork, account: AccountRef, event: CommentReceived): Promise<void> {
  // A comment of ours under nobody's comment answers nobody.
  if (event.parentId === null) return;
  const parent = await findByNativeId(work.tx, account.id, event.parentId);
  const thread = parent === undefined ? null : await findThreadOfConversation(work.tx, parent.conversationId);
  if (thread === null) {
    const about = { nativeId: event.parentId, kind: `comment ${event.commentId}`, at: event.sentAt };
    return keepEarly(work, account, about, event);
  }
  const unsentAt = await unsentBefore(work, account, event.commentId);
  const messageId = await insertComment(work, account, thread, event, { direction: 'outbound', unsentAt });
  await noteAnswer(work, thread, event.sentAt, 'relay');
  await saveThread(work.tx, thread);
  work.record('relay', 'comment.answered_elsewhere', messageId, { conversationId: thread.conversationId });
}

async function insertComment(
  work: AgencyWork,
  account: AccountRef,
  thread: Thread,
  event: CommentReceived,
  { direction, unsentAt }: { readonly direction: 'inbound' | 'outbound'; readonly unsentAt: number | undefined },
): Promise<string> {
  const { commentId, parentId, postId, permalink } = event;
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
  return { senderId: authorOfComment(event.commentId), name: null, username: null };
}
