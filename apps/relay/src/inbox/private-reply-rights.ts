import type { WindowFacts } from '@transom/shared';
import type { AgencyWork } from '../ledger/agency-work.ts';
import type { AgencyTx } from '../store/port.ts';
import { findThreadOfConversation, saveThread, type Thread } from './thread.ts';

/**
 * A comment carries the right to one private reply, unless its author removed it or the business hid it. The messages themselves tell
 * whether the right was used: by any private reply that did not fail, or by one that failed because Meta says that it was used before.
 */
export type CommentRight = NonNullable<WindowFacts['comment']> & {
  readonly conversationId: string;
  readonly nativeId: string;
};

type Row = {
  id: string;
  conversationId: string;
  nativeId: string;
  sentAt: number;
  receivedAt: number;
  usedAt: number | null;
  isOnItsWay: number | null;
};

// A post can belong to two accounts of an agency. Its comments are then in two threads, but Meta still allows one reply.
const selectComments = `
select m.id, m.conversation_id as "conversationId", m.native_message_id as "nativeId", m.sent_at as "sentAt", m.received_at as "receivedAt",
       (select min(r.sent_at) from messages r
        where r.agency_id = m.agency_id and r.reply_to = m.native_message_id and r.kind = 'private_reply'
          and (r.state <> 'failed' or r.failure_code = 'private_reply_used')) as "usedAt",
       (select min(case when r.state in ('queued', 'sending', 'unconfirmed') then 1 else 0 end) from messages r
        where r.agency_id = m.agency_id and r.reply_to = m.native_message_id and r.kind = 'private_reply'
          and (r.state <> 'failed' or r.failure_code = 'private_reply_used')) as "isOnItsWay"
from messages m
where m.agency_id = :agency and m.kind = 'comment' and m.direction = 'inbound' and m.unsent_at is null and m.hidden_at is null`;

/**
 * Finds a comment by our id or the channel's, with the time at which its private reply was used. Two queries, because a single one with
 * `or` would read all comments of the agency. Of two comments with the same channel id, the one that came first.
 */
export async function findCommentRight(tx: AgencyTx, commentId: string): Promise<CommentRight | undefined> {
  const row =
    (await tx.get<Row>(`${selectComments} and m.id = :commentId`, { commentId })) ??
    (await tx.get<Row>(`${selectComments} and m.native_message_id = :commentId order by m.received_at, m.id limit 1`, {
      commentId,
    }));
  return row === undefined ? undefined : asRight(row);
}

/** The comment that counts for the thread's window: the newest that can still get a private reply, else the newest. */
export async function readCommentFacts(tx: AgencyTx, conversationId: string): Promise<WindowFacts['comment']> {
  const row = await tx.get<Row>(
    `select * from (${selectComments} and m.conversation_id = :conversationId) c
     order by case when c."usedAt" is null then 0 else 1 end, c."sentAt" desc, c.id desc limit 1`,
    { conversationId },
  );
  return row === undefined ? null : factsOf(asRight(row));
}

/** A reply of ours and, if it is a private one, the channel's id of the comment that it answers. */
export type ReplyTo = { readonly kind: string; readonly replyTo?: string | null | undefined };

/**
 * A reply was queued, changed its state or is gone. If it was a private one, counts again what its comment allows: in the given thread,
 * which the caller saves, and in the other threads that contain the comment.
 */
export async function recountRights(work: AgencyWork, thread: Thread, { kind, replyTo }: ReplyTo): Promise<void> {
  if (kind !== 'private_reply') return;
  thread.window = { ...thread.window, comment: await readCommentFacts(work.tx, thread.conversationId) };
  if (replyTo) await recountElsewhere(work, thread.conversationId, replyTo);
}

/** Does the same for the other threads only. */
export async function recountElsewhere(work: AgencyWork, conversationId: string, nativeId: string): Promise<void> {
  const others = await work.tx.all<{ id: string }>(
    `select distinct conversation_id as id from messages
     where agency_id = :agency and kind = 'comment' and native_message_id = :nativeId and direction = 'inbound'
       and conversation_id <> :conversationId`,
    { nativeId, conversationId },
  );
  for (const { id } of others) {
    const other = await findThreadOfConversation(work.tx, id);
    if (other === null || other.isErased) continue;
    other.window = { ...other.window, comment: await readCommentFacts(work.tx, id) };
    await saveThread(work.tx, other);
    work.touch('conversation', id);
  }
}

export function factsOf(right: CommentRight): NonNullable<WindowFacts['comment']> {
  const { conversationId: _conversationId, nativeId: _nativeId, ...facts } = right;
  return facts;
}

function asRight({ id, conversationId, nativeId, sentAt, receivedAt, usedAt, isOnItsWay }: Row): CommentRight {
  return {
    messageId: id,
    conversationId,
    nativeId,
    at: Math.min(sentAt, receivedAt),
    privateReplyUsedAt: usedAt,
    ...(isOnItsWay === 1 ? { isReplyOnItsWay: true } : {}),
  };
}
