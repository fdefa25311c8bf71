import type { Migration } from '../migration.ts';

const system = `
create table agencies (
  id text primary key,
  name text not null,
  plan text not null,
  -- A new epoch tells every desk that its cursor means nothing any more (after a restore).
  epoch text not null,
  seq integer not null default 0,
  audit_n integer not null default 0,
  audit_hash text not null default '',
  -- The agency's data key, wrapped by the master key.
  data_key text not null,
  created_at integer not null
) strict;

create table pairing_codes (
  code_hash text primary key,
  agency_id text not null references agencies (id),
  role text not null,
  -- Null: whoever uses the code becomes a new person. Set: one more device for this person.
  person_id text,
  created_at integer not null,
  expires_at integer not null,
  used_at integer
) strict;

create table device_tokens (
  token_hash text primary key,
  agency_id text not null references agencies (id),
  device_id text not null
) strict;

-- Which agency an account of a channel belongs to. One account has one agency; a second one cannot claim it.
create table account_routes (
  native_id text not null,
  channel text not null,
  agency_id text not null references agencies (id),
  account_id text not null,
  primary key (native_id, channel)
) strict;

-- A sign-in with Meta under way: the single-use \`state\`, bound to the person and device that began it.
create table sign_ins (
  state_hash text primary key,
  agency_id text not null references agencies (id),
  channel text not null,
  person_id text not null,
  device_id text not null,
  created_at integer not null,
  expires_at integer not null,
  used_at integer
) strict;

-- Deletions that Meta asked for, kept for their status page. The id is forgotten when the work is done.
create table deletion_requests (
  code text primary key,
  app_scoped_id text,
  received_at integer not null,
  done_at integer
) strict;

-- What /readyz writes to see whether the disk still takes something.
create table probes (
  name text primary key,
  at integer not null
) strict;

-- One webhook as it came. pending → done, or → failed after its last attempt, where it waits for an operator's replay.
create table deliveries (
  id integer primary key,
  received_at integer not null,
  route text not null,
  signed_by text not null,
  body blob not null,
  state text not null default 'pending',
  attempts integer not null default 0,
  next_attempt_at integer not null default 0,
  unhandled integer not null default 0,
  error text
) strict;
create index deliveries_open on deliveries (state, next_attempt_at, id) where state <> 'done';
`;

const people = `
create table people (
  agency_id text not null,
  id text not null,
  name text not null,
  role text not null,
  created_at integer not null,
  primary key (agency_id, id)
) strict, without rowid;

create table devices (
  agency_id text not null,
  id text not null,
  person_id text not null,
  name text not null,
  created_at integer not null,
  revoked_at integer,
  primary key (agency_id, id)
) strict, without rowid;
`;

const channels = `
create table accounts (
  agency_id text not null,
  id text not null,
  channel text not null,
  native_id text not null,
  -- Meta's id of the person or app user who connected it; deauthorization and deletion requests name this one.
  app_scoped_id text,
  name text not null,
  username text,
  state text not null,
  token text,
  token_expires_at integer,
  human_agent_approved integer not null default 0,
  -- Meta asked this account to slow down until then.
  paused_until integer not null default 0,
  created_at integer not null,
  primary key (agency_id, id)
) strict, without rowid;
`;

const inbox = `
create table contacts (
  agency_id text not null,
  id text not null,
  account_id text not null,
  sender_id text not null,
  name text,
  username text,
  -- social: platform, sender id, profile
  metadata text not null,
  -- When the channel was last asked for the name of a person who came without one; 0 for never.
  name_asked_at integer not null default 0,
  created_at integer not null,
  primary key (agency_id, id)
) strict, without rowid;
create index contacts_nameless on contacts (agency_id, name_asked_at) where name is null and username is null;
create unique index contacts_sender on contacts (agency_id, account_id, sender_id);

create table conversations (
  agency_id text not null,
  id text not null,
  account_id text not null,
  contact_id text not null,
  channel text not null,
  state text not null,
  -- source: where it came from, its post and comment, when the response window ends
  metadata text not null,
  window_opened_at integer,
  window_opened_by text,
  window_by_ad integer not null default 0,
  comment_message_id text,
  comment_at integer,
  private_reply_used_at integer,
  last_message_id text,
  last_message_at integer not null,
  unanswered_since_at integer,
  first_answered_at integer,
  last_answered_at integer,
  unreachable integer not null default 0,
  created_at integer not null,
  primary key (agency_id, id)
) strict;
create unique index conversations_contact on conversations (agency_id, account_id, contact_id);
create index conversations_recent on conversations (agency_id, last_message_at, id);

create table messages (
  agency_id text not null,
  id text not null,
  conversation_id text not null,
  account_id text not null,
  direction text not null,
  kind text not null,
  text text,
  native_message_id text,
  client_message_id text,
  sent_at integer not null,
  received_at integer not null,
  state text not null,
  origin text not null,
  author_id text,
  -- The channel's id of the message, comment or story that this one answers; possibly one that we never saw.
  reply_to text,
  -- attachments, comment, response-window state at the time
  metadata text not null,
  failure_code text,
  failure_detail text,
  edited_at integer,
  unsent_at integer,
  reaction text,
  -- When the person last reacted or took the reaction away: what is older and comes later changes nothing.
  reaction_at integer,
  -- The outbound queue lives here: when to try next, who is trying until when, how often it was tried.
  next_attempt_at integer,
  lease_until integer,
  attempts integer not null default 0,
  attempt_started_at integer,
  primary key (agency_id, id)
) strict;
create unique index messages_native on messages (agency_id, account_id, native_message_id) where native_message_id is not null;
create index messages_thread on messages (agency_id, conversation_id, sent_at, id);
create index messages_comments on messages (agency_id, native_message_id) where kind = 'comment';
-- SQLite takes a partial index only where it sees the condition follow from the question, and a bound on next_attempt_at is such a question.
create index messages_outbound on messages (agency_id, state, next_attempt_at) where next_attempt_at is not null;

-- Taken back before we ever saw them: their late delivery must not bring the text back.
create table unsent_ids (
  agency_id text not null,
  account_id text not null,
  native_message_id text not null,
  at integer not null,
  primary key (agency_id, account_id, native_message_id)
) strict, without rowid;

create table leads (
  agency_id text not null,
  id text not null,
  conversation_id text not null,
  contact_id text not null,
  topics text not null,
  stage text not null,
  -- source: platform, post or comment it began with
  metadata text not null,
  created_at integer not null,
  primary key (agency_id, id)
) strict, without rowid;
create unique index leads_conversation on leads (agency_id, conversation_id);

create table handoffs (
  agency_id text not null,
  id text not null,
  conversation_id text not null,
  reason text not null,
  state text not null,
  opened_at integer not null,
  claimed_by text,
  claimed_at integer,
  claimed_until integer,
  resolved_by text,
  resolved_at integer,
  primary key (agency_id, id)
) strict, without rowid;
create unique index handoffs_unresolved on handoffs (agency_id, conversation_id) where state <> 'resolved';
`;

const trail = `
create table changes (
  agency_id text not null,
  seq integer not null,
  entity text not null,
  entity_id text not null,
  body text,
  at integer not null,
  primary key (agency_id, seq)
) strict;
-- What a person takes back, and people who are erased, must go from old changes too.
create index changes_entity on changes (agency_id, entity_id);

create table commands (
  agency_id text not null,
  id text not null,
  kind text not null,
  body_hash text not null,
  person_id text not null,
  answer text not null,
  at integer not null,
  primary key (agency_id, id)
) strict, without rowid;

-- The audit trail: append-only, each row carries the hash of the row before it. Ids and hashes, never text of people.
create table events (
  agency_id text not null,
  n integer not null,
  at integer not null,
  actor text not null,
  action text not null,
  target text not null,
  detail text not null,
  prev_hash text not null,
  hash text not null,
  primary key (agency_id, n)
) strict, without rowid;
create trigger events_are_never_changed before update on events begin select raise(abort, 'the audit trail is append-only'); end; -- only: sqlite
create trigger events_are_never_removed before delete on events begin select raise(abort, 'the audit trail is append-only'); end; -- only: sqlite
create function refuse_change() returns trigger language plpgsql as $$ begin raise exception 'the audit trail is append-only'; end $$; -- only: postgresql
create trigger events_are_never_changed before update or delete on events for each row execute function refuse_change(); -- only: postgresql
`;

/**
 * The tables of the first version. System tables first, then those of agencies, which all lead with `agency_id`. Tables whose rows
 * are wider than about a kilobyte keep their rowid: without it SQLite puts each such row on a page of its own.
 */
export const firstTables: Migration = {
  compatibleWith: 1,
  sql: system + people + channels + inbox + trail,
};
