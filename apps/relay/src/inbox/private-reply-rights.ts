import type { WindowFacts } from '@transom/shared';
import type { AgencyTx } from '../store/port.ts';

/**
 * A comment carries the right to one private reply. The messages themselves say whether it was used: by any private reply that
 * did not fail, and by one that failed because Meta says that the right was used before.
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
};

const selectComments = `
select m.id, m.conversation_id as "conversationId", m.native_message_id as "nativeId", m.sent_at as "sentAt", m.received_at as "receivedAt",
       (select min(r.sent_at) from messages r
        where r.agency_id = m.agency_id and r.conversation_id = m.conversation_id and r.kind = 'private_reply'
          and r.reply_to = m.native_message_id and (r.state <> 'failed' or r.failure_code = 'private_reply_used')) as "usedAt"
from messages m
where m.agency_id = :agency and m.kind = 'comment' and m.direction = 'inbound'`;

/** A comment by our id or by the channel's, with the moment at which its private reply was used. */
export async function findCommentRight(tx: AgencyTx, commentId: string): Promise<CommentRight | undefined> {
  const row = await tx.get<Row>(
    `${selectComments} and (m.id = :commentId or m.native_message_id = :commentId) limit 1`,
    { commentId },
  );
  return row === undefined ? undefined : asRight(row);
}

/** What the thread's window says of comments: the newest that can still have its private reply, else the newest. */
export async function readCommentFacts(tx: AgencyTx, conversationId: string): Promise<WindowFacts['comment']> {
  const row = await tx.get<Row>(
    `select * from (${selectComments} and m.conversation_id = :conversationId) c
     order by case when c."usedAt" is null then 0 else 1 end, c."sentAt" desc, c.id desc limit 1`,
    { conversationId },
  );
  return row === undefined ? null : factsOf(asRight(row));
}

export function factsOf({ messageId, at, privateReplyUsedAt }: CommentRight): NonNullable<WindowFacts['comment']> {
  return { messageId, at, privateReplyUsedAt };
}

function asRight({ id, conversationId, nativeId, sentAt, receivedAt, usedAt }: Row): CommentRight {
  return { messageId: id, conversationId, nativeId, at: Math.min(sentAt, receivedAt), privateReplyUsedAt: usedAt };
}
