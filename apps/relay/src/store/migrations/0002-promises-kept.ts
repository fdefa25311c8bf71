import type { Migration } from '../migration.ts';

const deliveries = `
-- How many of its events are in the inbox: a delivery of thousands is brought in by slices.
alter table deliveries add column events_done integer not null default 0;
-- The first of its events that failed while the ones after it went through: from there it is tried again.
alter table deliveries add column failed_from integer;
-- What had something for nobody is looked at again when an account is connected.
create index deliveries_unclaimed on deliveries (received_at) where unhandled > 0;

-- Further deliveries that carry words of a message: a second copy, an edit. The first one stands in messages.delivery_id.
create table delivery_items (
  agency_id text not null,
  account_id text not null,
  native_id text not null,
  delivery_id integer not null,
  primary key (agency_id, account_id, native_id, delivery_id)
) strict, without rowid;
create index delivery_items_delivery on delivery_items (agency_id, delivery_id);
`;

const people = `
-- A revoked token stays known as revoked, so that a desk that was away can be told to erase what it has.
alter table device_tokens add column revoked_at integer;
`;

const accounts = `
-- How many people and accounts a request to erase has found.
alter table deletion_requests add column found integer;
-- Counts the tokens that the account has had: an answer to an old token says nothing about the present one.
alter table accounts add column token_number integer not null default 0;
-- What is wrong with the whole account, as a code, and since when; cleared by the first call that succeeds.
alter table accounts add column trouble_code text;
alter table accounts add column trouble_since integer;
`;

const inbox = `
-- Whether the person ever opened a window: only then does Meta tell their name.
alter table contacts add column wrote integer not null default 0;
update contacts set wrote = 1 where exists (
  select 1 from conversations c where c.agency_id = contacts.agency_id and c.account_id = contacts.account_id
    and c.contact_id = contacts.id and c.window_opened_at is not null);
drop index contacts_nameless;
create index contacts_nameless on contacts (agency_id, account_id, name_asked_at) where name is null and username is null and wrote = 1;

-- Up to when the person has received and read: applies also to a reply whose native id becomes known later.
alter table conversations add column delivered_up_to integer;
alter table conversations add column read_up_to integer;
alter table conversations add column erased_at integer;

-- The delivery that brought the words; gone after a week like the delivery itself.
alter table messages add column delivery_id integer;
create index messages_taken_back on messages (agency_id, delivery_id) where unsent_at is not null;
-- The place in the outbound queue of its conversation: the order of the commands, whatever the clock said.
alter table messages add column queue_number integer;
-- A comment that the business hid.
alter table messages add column hidden_at integer;
update messages set queue_number = (
  select count(*) from messages e where e.agency_id = messages.agency_id and e.conversation_id = messages.conversation_id
    and e.direction = 'outbound' and (e.sent_at, e.id) <= (messages.sent_at, messages.id))
where direction = 'outbound' and state in ('queued', 'sending');
create index messages_waiting on messages (agency_id, conversation_id, queue_number) where state in ('queued', 'sending');
-- What the sender asks each account for: replies that are due, and those of which nobody knows whether they arrived.
create index messages_due on messages (agency_id, account_id, state, next_attempt_at) where next_attempt_at is not null;
-- Our own sends that no native id proves yet: what an echo is compared with.
create index messages_unproved on messages (agency_id, conversation_id, attempt_started_at) where native_message_id is null and attempt_started_at is not null;
-- What the business wrote and a receipt may still move forward.
create index messages_unread on messages (agency_id, conversation_id) where direction = 'outbound' and state in ('sent', 'delivered');
create index messages_thread_comments on messages (agency_id, conversation_id, sent_at) where kind = 'comment';
create index messages_private_replies on messages (agency_id, reply_to) where kind = 'private_reply';
create index handoffs_claimed on handoffs (agency_id, claimed_until) where state = 'claimed';
-- A handoff that ended because its comment was hidden comes back when that is shown again.
create index handoffs_hidden on handoffs (agency_id, conversation_id) where resolved_by = 'hidden';

-- What came before the message or comment that it is about, kept until that comes: an edit, a reaction, a receipt, a removal.
create table early_events (
  agency_id text not null,
  account_id text not null,
  native_id text not null,
  kind text not null,
  at integer not null,
  event text not null,
  kept_at integer not null,
  primary key (agency_id, account_id, native_id, kind)
) strict, without rowid;
create index early_events_kept on early_events (agency_id, kept_at);

create index commands_at on commands (agency_id, at);
`;

const forgotten = `
-- What was erased, unsent or revoked. It is copied to a file beside the database, from where it is applied again after a restore;
-- copied_at is null until the copy is on disk.
--   unsent    subject: account id, space, native message id       a late delivery must not bring the words back
--   erased    subject: account id, space, hash of the sender id   target: contact id
--   revoked   subject: token hash                                 target: device id
create table forgotten (
  agency_id text not null,
  kind text not null,
  subject text not null,
  target text,
  at integer not null,
  copied_at integer,
  primary key (agency_id, kind, subject)
) strict, without rowid;
-- An erasure that is not finished in every copy; the person's id is known only until then. What it covers ends where it began.
create table erasures (
  agency_id text not null,
  contact_id text not null,
  account_id text not null,
  sender_id text not null,
  begun_at integer not null,
  until_seq integer not null,
  until_delivery integer not null,
  -- How far it came in the person's threads, and in the kept deliveries.
  after_message text not null default '',
  after_sent_at integer not null default 0,
  after_delivery integer not null default 0,
  primary key (agency_id, contact_id)
) strict, without rowid;
create index forgotten_uncopied on forgotten (agency_id, at) where copied_at is null;
insert into forgotten (agency_id, kind, subject, at)
  select agency_id, 'unsent', account_id || ' ' || native_message_id, at from unsent_ids;
drop table unsent_ids;
`;

/** "Tran": tells a file of ours from any other SQLite file. */
const mark = `
pragma application_id = 1416782190; -- only: sqlite
`;

/**
 * What keeping promises under pressure needs: which delivery brought a message's words, what must not come back, events that came before
 * their message, and the order in which people asked for their replies to be sent.
 */
export const promisesKept: Migration = {
  compatibleWith: 2,
  sql: deliveries + people + accounts + inbox + forgotten + mark,
};
