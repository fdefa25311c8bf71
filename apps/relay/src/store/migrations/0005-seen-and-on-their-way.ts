import type { Migration } from '../migration.ts';

/**
 * What a person must know before and after they answer: whether somebody else answered meanwhile, that a private reply has not arrived
 * yet, how the buyer reacted to it, and who a commenter is.
 */
export const seenAndOnTheirWay: Migration = {
  compatibleWith: 5,
  sql: `
-- The private reply that used the comment's right is queued, being sent or not confirmed.
alter table conversations add column private_reply_on_its_way integer not null default 0;
update conversations set private_reply_on_its_way = 1
where private_reply_used_at is not null and exists (
  select 1 from messages c join messages r on r.agency_id = c.agency_id and r.reply_to = c.native_message_id and r.kind = 'private_reply'
  where c.agency_id = conversations.agency_id and c.id = conversations.comment_message_id
    and r.state in ('queued', 'sending', 'unconfirmed'));
-- What the business answered in a thread, in the order in which the relay learned of it.
create index messages_answers on messages (agency_id, conversation_id, id) where direction = 'outbound';
-- The handoff with which a conversation was closed comes back when it is opened again.
create index handoffs_resolved on handoffs (agency_id, conversation_id, resolved_at) where state = 'resolved';
-- The reactions that stand in a thread, of which few have any.
create index messages_reacted on messages (agency_id, conversation_id, reaction_at) where reaction is not null;
-- A comment tells only the username; the name can be asked for once its author has written.
drop index contacts_nameless;
create index contacts_nameless on contacts (agency_id, account_id, name_asked_at) where name is null and wrote = 1;
`,
};
