import type { Migration } from '../migration.ts';

/**
 * A thread may be closed while several replies are in flight. Each one that is lost is noted on its own message, as closings are: a single
 * time for all of them cannot tell which of them an answer makes up for.
 */
export const eachReplyThatWasLost: Migration = {
  compatibleWith: 7,
  sql: `
-- Since when the thread waits because this reply failed, or is in doubt, although the thread was closed.
alter table messages add column waits_since_at integer;
update messages set waits_since_at = sent_at, closing = case when c.state = 'done' then 'latest' end
from conversations c
where c.agency_id = messages.agency_id and c.id = messages.conversation_id and messages.direction = 'outbound'
  and messages.state in ('failed', 'unconfirmed') and messages.sent_at >= c.failed_reply_at;
alter table conversations drop column failed_reply_at;
create index messages_lost on messages (agency_id, conversation_id) where waits_since_at is not null;
-- However much was closed in a thread, what waits in it is found without reading that again.
create index messages_unsettled on messages (agency_id, conversation_id, sent_at) where direction = 'inbound' and closing is null;
`,
};
