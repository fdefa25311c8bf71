import type Database from 'better-sqlite3';

/**
 * Which messages a person closed without an answer. Times alone do not tell it: what comes late may be older than what was closed, and a
 * closing may have closed nothing.
 */
export function whatWasClosed(db: Database.Database): void {
  db.exec(`
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
`);
  noteClosings(db);
  // For some days 0005 made this column, so a database may have it: only the time of the first message that was closed with the handoff.
  if (hasWaitedSince(db)) db.exec('alter table handoffs drop column waited_since_at');
  // Made last: filled row by row it would slow the rest down.
  db.exec(`create index messages_closed on messages (agency_id, conversation_id) where closing = 'latest';`);
}

/** Whoever wrote before what waits now, and was not answered, was closed. */
function noteClosings(db: Database.Database): void {
  const closedSince = hasWaitedSince(db)
    ? `(select h.waited_since_at from handoffs h
        where h.agency_id = c.agency_id and h.conversation_id = c.id and h.state = 'resolved'
        order by h.resolved_at desc, h.id desc limit 1)`
    : 'null';
  db.exec(`
update messages set closing = case when c.state = 'done' and messages.sent_at >= coalesce(${closedSince}, 0) then 'latest' else 'earlier' end
from conversations c
where c.agency_id = messages.agency_id and c.id = messages.conversation_id and messages.direction = 'inbound'
  and messages.sent_at > coalesce(c.last_answered_at, 0)
  -- A comment that is hidden waits again when it is shown, unless the thread is closed.
  and (c.state = 'done' or (messages.hidden_at is null and (c.unanswered_since_at is null or messages.sent_at < c.unanswered_since_at)));
`);
}

function hasWaitedSince(db: Database.Database): boolean {
  const columns = db.prepare<[], { name: string }>(`select name from pragma_table_info('handoffs')`).all();
  return columns.some(({ name }) => name === 'waited_since_at');
}
