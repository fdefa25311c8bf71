import { noteComment, type Source } from '@transom/shared';
import { type FromChannel, insertReceived, insertSentElsewhere } from '../ledger/add-message.ts';
import type { AgencyWork } from '../ledger/agency-work.ts';
import { findByNativeId } from '../ledger/find-message.ts';
import { noteAnswer } from './answers.ts';
import { keepEarly } from './early-events.ts';
import type { CommentReceived, ContactHint } from './events.ts';
import { authorOfComment } from './join-person.ts';
import { noteInterest, openHandoff } from './leads-and-handoffs.ts';
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
 * A comment under one of the business's posts. It joins the contact's thread and carries the right to one private reply; it does not open
 * the window for direct messages. The business's own comments answer the comment that they are placed under.
 */
export function receiveComment(
  work: AgencyWork,
  account: AccountRef,
  event: CommentReceived,
  unsentAt: number | undefined,
): Promise<void> {
  const receive = event.own ? receiveOwnComment : receiveBuyerComment;
  return receive(work, account, event, unsentAt);
}

async function receiveBuyerComment(
  work: AgencyWork,
  account: AccountRef,
  event: CommentReceived,
  unsentAt: number | undefined,
): Promise<void> {
  const source: Source = { kind: 'comment', postId: event.postId, commentId: event.commentId, adTitle: event.adTitle };
  const thread = await openThread(work.tx, account, event.contact ?? nameless(event), { source, at: event.sentAt });
  const messageId = await insertReceived(work, commentIn(thread, account, event, unsentAt));
  noteLastMessage(thread, messageId, event.sentAt);
  await noteInterest(work, thread, unsentAt === undefined ? event.text : null);
  // A comment that its author has already removed needs no answer and can no longer get one.
  if (unsentAt === undefined) {
    thread.window = noteComment(thread.window, { messageId, at: event.sentAt, seenAt: work.now }, thread.policy);
    // Its private reply may arrive even if an earlier message did not.
    thread.unreachable = false;
    thread.snoozedUntil = null;
    if (awaitsAnswer(thread, event.sentAt)) await openHandoff(work, thread);
  }
  await saveThread(work.tx, thread);
}

async function receiveOwnComment(
  work: AgencyWork,
  account: AccountRef,
  event: CommentReceived,
  unsentAt: number | undefined,
): Promise<void> {
  // A comment of ours under nobody's comment answers nobody.
  if (event.parentId === null) return;
  const parent = await findByNativeId(work.tx, account.id, event.parentId);
  const thread = parent === undefined ? null : await findThreadOfConversation(work.tx, parent.conversationId);
  if (thread === null) {
    const about = { nativeId: event.parentId, kind: `comment ${event.commentId}`, at: event.sentAt };
    return keepEarly(work, account, about, event);
  }
  const messageId = await insertSentElsewhere(work, commentIn(thread, account, event, unsentAt));
  noteLastMessage(thread, messageId, event.sentAt);
  await noteAnswer(work, thread, event.sentAt, 'relay');
  await saveThread(work.tx, thread);
}

function commentIn(
  thread: Thread,
  { id: accountId, deliveryId }: AccountRef,
  { commentId, parentId, postId, permalink, text, sentAt }: CommentReceived,
  unsentAt: number | undefined,
): FromChannel {
  return {
    conversationId: thread.conversationId,
    accountId,
    kind: 'comment',
    text,
    nativeMessageId: commentId,
    sentAt,
    metadata: { comment: { commentId, parentId, postId, permalink } },
    unsentAt,
    deliveryId,
  };
}

/** Facebook may withhold the author. The comment can still be answered privately, by its own id. */
function nameless(event: CommentReceived): ContactHint {
  return { senderId: authorOfComment(event.commentId), name: null, username: null };
}
