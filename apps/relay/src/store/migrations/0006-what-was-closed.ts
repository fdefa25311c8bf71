import type { Migration } from '../migration.ts';

/**
 * Which messages a person closed without an answer. Times alone cannot tell: a message that comes late may be older than what was closed,
 * and a closing may have closed nothing.
 */
export const whatWasClosed: Migration = {
  compatibleWith: 6,
  sql: (hasColumn) => {
    // For some days 0005 made this column, so a database may have it: it holds only the time of the first message that was closed with the
    // handoff.
    const knewSince = hasColumn('handoffs', 'waited_since_at');
    return `${columns}${closings(knewSince)}${knewSince ? 'alter table handoffs drop column waited_since_at;\n' : ''}${index}`;
  },
};

const columns = `
-- Closed without an answer: by the 'latest' closing, which can be taken back, or by an 'earlier' one, which stands for good.
alter table messages add column closing text;
-- When a person last closed the thread; it says something only while the thread is done.
alter table conversations add column closed_at integer;
-- When the reply was asked for that failed although the thread was closed: since then somebody must look.
alter table conversations add column failed_reply_at integer;
update conversations set failed_reply_at = unanswered_since_at
where state = 'needs_answer' and not exists (
  select 1 from messages m
  where m.agency_id = conversations.agency_id and m.conversation_id = conversations.id and m.direction = 'inbound'
    and m.sent_at = conversations.unanswered_since_at);
update conversations set closed_at = (
  select max(h.resolved_at) from handoffs h
  where h.agency_id = conversations.agency_id and h.conversation_id = conversations.id and h.state = 'resolved')
where state = 'done' and erased_at is null;
-- An answer that was heard of after the closing made a thread wait that nobody saw waiting.
update conversations set unanswered_since_at = null where state = 'done';
`;

/** Messages older than what waits now, and not answered, were closed. */
function closings(knewSince: boolean): string {
  const closedSince = knewSince
    ? `(select h.waited_since_at from handoffs h
        where h.agency_id = c.agency_id and h.conversation_id = c.id and h.state = 'resolved'
        order by h.resolved_at desc, h.id desc limit 1)`
    : 'null';
  return `
update messages set closing = case when c.state = 'done' and messages.sent_at >= coalesce(${closedSince}, 0) then 'latest' else 'earlier' end
from conversations c
where c.agency_id = messages.agency_id and c.id = messages.conversation_id and messages.direction = 'inbound'
  and messages.sent_at > coalesce(c.last_answered_at, 0)
  -- A comment that is hidden waits again when it is shown, unless the thread is closed.
  and (c.state = 'done' or (messages.hidden_at is null and (c.unanswered_since_at is null or messages.sent_at < c.unanswered_since_at)));
`;
}

// Made last: filling it row by row would slow the rest down.
const index = `create index messages_closed on messages (agency_id, conversation_id) where closing = 'latest';\n`;
