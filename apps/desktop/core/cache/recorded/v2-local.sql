begin;
CREATE TABLE outbox (
      position INTEGER PRIMARY KEY AUTOINCREMENT,
      client_message_id TEXT NOT NULL UNIQUE,
      conversation_id TEXT NOT NULL,
      kind TEXT NOT NULL CHECK (kind IN ('reply', 'private_reply', 'note')),
      comment_id TEXT,
      text TEXT NOT NULL,
      created_at INTEGER NOT NULL,
      state TEXT NOT NULL CHECK (state IN ('queued', 'held', 'accepted')),
      attempted INTEGER NOT NULL DEFAULT 0,
      answered INTEGER NOT NULL DEFAULT 0,
      refusal TEXT
    , seen_message_id TEXT, told_conversation_id TEXT) STRICT;
CREATE TABLE seen (conversation_id TEXT PRIMARY KEY, seen_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE warned (conversation_id TEXT PRIMARY KEY, open_until INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE identity (
      one INTEGER PRIMARY KEY CHECK (one = 1), relay_url TEXT NOT NULL, device_id TEXT NOT NULL, agency TEXT, person TEXT NOT NULL
    ) STRICT;
CREATE TABLE "drafts" (
      conversation_id TEXT NOT NULL,
      tab TEXT NOT NULL CHECK (tab IN ('reply', 'private_reply', 'note')),
      text TEXT NOT NULL,
      rev INTEGER NOT NULL,
      PRIMARY KEY (conversation_id, tab)
    ) STRICT, WITHOUT ROWID;
CREATE TABLE withdrawals (
      message_id TEXT PRIMARY KEY,
      command_id TEXT NOT NULL,
      conversation_id TEXT NOT NULL,
      tab TEXT NOT NULL,
      text TEXT NOT NULL,
      is_kept INTEGER NOT NULL
    , is_refused INTEGER NOT NULL DEFAULT 0, comment_id TEXT) STRICT, WITHOUT ROWID;
insert into outbox (position, client_message_id, conversation_id, kind, comment_id, text, created_at, state, attempted, answered, refusal, seen_message_id, told_conversation_id) values (6, '01a22ddd-7281-7595-8c50-e7770fc89c9e', '01a22ddd-6514-7678-90db-527d767ebfd0', 'reply', NULL, 'Are you still there?', 1796065817233, 'held', 1, 1, '{"code":"recipient_unavailable","detail":"This person cannot receive messages from the business at the moment."}', NULL, NULL);
insert into outbox (position, client_message_id, conversation_id, kind, comment_id, text, created_at, state, attempted, answered, refusal, seen_message_id, told_conversation_id) values (10, '01a22ddd-73b0-7599-bd02-41780451a44c', '01a22ddd-63a3-74ec-a0f4-54253cbbe84f', 'reply', NULL, 'We deliver to Drammen.', 1796065817534, 'held', 1, 1, '{"code":"window_closed","detail":"The response window is closed. It opens again when the person writes."}', NULL, NULL);
insert into outbox (position, client_message_id, conversation_id, kind, comment_id, text, created_at, state, attempted, answered, refusal, seen_message_id, told_conversation_id) values (18, '01a22dde-287b-77e7-a0e3-e54d8d870cb8', '01a22ddd-6e5a-7622-9a71-df9153c83f00', 'reply', NULL, 'Bergen from April on.', 1796065863817, 'held', 1, 1, '{"code":"claimed_by_other","detail":"Arne is answering this conversation."}', NULL, NULL);
insert into outbox (position, client_message_id, conversation_id, kind, comment_id, text, created_at, state, attempted, answered, refusal, seen_message_id, told_conversation_id) values (20, '01a22dde-2ae7-75b6-8ae1-fbe1e540c14e', '01a22ddd-6348-71a8-8cba-56e86cb692de', 'reply', NULL, 'Yes.', 1796065864441, 'held', 1, 1, '{"code":"answered_meanwhile","detail":"Arne answered this person after you last saw the conversation. Nothing was sent.","answer":{"messageId":"01a22dde-2aa8-751e-afc5-a7a8adc4b160","by":"Arne","text":"It does.","sentAt":1796065864358}}', '01a22dde-2a86-744a-8053-ee855c63d87e', NULL);
insert into outbox (position, client_message_id, conversation_id, kind, comment_id, text, created_at, state, attempted, answered, refusal, seen_message_id, told_conversation_id) values (24, '01a22dde-41f1-753f-b005-3e023a1936d3', '01a22ddd-6501-7793-ad20-3f69f432ff3b', 'reply', NULL, 'It is 3,100, Hal.', 1796065870328, 'held', 1, 1, '{"code":"account_disconnected","detail":"The account is disconnected. Connect it again before answering."}', NULL, NULL);
insert into outbox (position, client_message_id, conversation_id, kind, comment_id, text, created_at, state, attempted, answered, refusal, seen_message_id, told_conversation_id) values (25, '01a22dde-422c-7482-b15a-7577b389b3e0', '01a22ddd-63f8-7252-9431-595b494f6ae7', 'reply', NULL, 'Bring the measures.', 1796065870388, 'accepted', 1, 0, NULL, NULL, NULL);
insert into outbox (position, client_message_id, conversation_id, kind, comment_id, text, created_at, state, attempted, answered, refusal, seen_message_id, told_conversation_id) values (26, '01a22dde-4273-7696-bea7-512393b41fcc', '01a22ddd-6348-71a8-8cba-56e86cb692de', 'reply', NULL, 'Friday at four?', 1796065870458, 'queued', 0, 0, NULL, NULL, NULL);
insert into outbox (position, client_message_id, conversation_id, kind, comment_id, text, created_at, state, attempted, answered, refusal, seen_message_id, told_conversation_id) values (27, '01a22dde-4278-7590-a7f2-afe6c90a3ff6', '01a22ddd-6348-71a8-8cba-56e86cb692de', 'note', NULL, 'Prefers the phone.', 1796065870463, 'queued', 0, 0, NULL, NULL, NULL);
insert into seen (conversation_id, seen_at) values ('01a22ddd-6348-71a8-8cba-56e86cb692de', 1796065816221);
insert into seen (conversation_id, seen_at) values ('01a22ddd-6520-72b8-a9e0-99d6d9cf3b7d', 1796065869029);
insert into settings (name, value) values ('tokens_to_forget', 'device-token');
insert into identity (one, relay_url, device_id, agency, person) values (1, 'http://127.0.0.1:46811/as/dana', '01a22ddd-6beb-7714-8134-9261da256d66', '{"id":"01a22ddd-45fa-7467-ad64-917a8769ca86","name":"Nordic Saunas","plan":"pro"}', '{"id":"01a22ddd-6bef-76c3-9512-0accb428438c","name":"Dana","role":"owner"}');
insert into drafts (conversation_id, tab, text, rev) values ('01a22ddd-6348-71a8-8cba-56e86cb692de', 'reply', 'Shall we say', 1);
insert into drafts (conversation_id, tab, text, rev) values ('01a22ddd-652d-71d5-9b31-953564fecd6b', 'reply', 'Dear Pia, 🧖', 1);
delete from sqlite_sequence;
insert into sqlite_sequence (name, seq) values ('outbox', 27);
CREATE INDEX outbox_by_state ON outbox (state, position);
pragma user_version = 4;
pragma application_id = 0;
commit;
