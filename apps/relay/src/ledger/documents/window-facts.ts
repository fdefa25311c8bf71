import type { WindowFacts } from '@transom/shared';

/** The columns of a conversation `c` that describe its response window. */
export const windowColumns =
  'c.window_opened_at, c.window_opened_by, c.window_by_ad, c.comment_message_id, c.comment_at, c.private_reply_used_at, c.private_reply_on_its_way';

export type WindowRow = {
  readonly window_opened_at: number | null;
  readonly window_opened_by: string | null;
  readonly window_by_ad: number;
  readonly comment_message_id: string | null;
  readonly comment_at: number | null;
  readonly private_reply_used_at: number | null;
  readonly private_reply_on_its_way: number;
};

export function windowFactsOf(row: WindowRow): WindowFacts {
  return {
    openedAt: row.window_opened_at,
    openedBy: row.window_opened_by,
    byAd: row.window_by_ad === 1,
    comment: commentOf(row),
  };
}

function commentOf(row: WindowRow): WindowFacts['comment'] {
  if (row.comment_message_id === null || row.comment_at === null) return null;
  return {
    messageId: row.comment_message_id,
    at: row.comment_at,
    privateReplyUsedAt: row.private_reply_used_at,
    ...(row.private_reply_on_its_way === 1 ? { isReplyOnItsWay: true } : {}),
  };
}
