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
    ) STRICT;
CREATE TABLE drafts (conversation_id TEXT PRIMARY KEY, text TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE seen (conversation_id TEXT PRIMARY KEY, seen_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE warned (conversation_id TEXT PRIMARY KEY, open_until INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE identity (
      one INTEGER PRIMARY KEY CHECK (one = 1), relay_url TEXT NOT NULL, device_id TEXT NOT NULL, agency TEXT, person TEXT NOT NULL
    ) STRICT;
insert into outbox (position, client_message_id, conversation_id, kind, comment_id, text, created_at, state, attempted, answered, refusal) values (6, '01a2136f-69b3-734d-ab1c-695e6509f28e', '01a2136f-6224-7654-9efa-ce8df48c28cc', 'reply', NULL, 'Are you still there?', 1795622398397, 'held', 1, 1, '{"code":"recipient_unavailable","detail":"This person cannot get messages from the business now."}');
insert into outbox (position, client_message_id, conversation_id, kind, comment_id, text, created_at, state, attempted, answered, refusal) values (10, '01a2136f-6a48-73cb-8c54-6c6ac883c18e', '01a2136f-6130-75f5-8cec-c38873a2e63e', 'reply', NULL, 'We deliver to Drammen.', 1795622398546, 'held', 1, 1, '{"code":"window_closed","detail":"The response window is closed. It opens again when the person writes."}');
insert into outbox (position, client_message_id, conversation_id, kind, comment_id, text, created_at, state, attempted, answered, refusal) values (18, '01a2136f-75cd-7376-ad69-3d4569f30561', '01a2136f-6721-7635-9d12-751cc527c602', 'reply', NULL, 'Bergen from April on.', 1795622401494, 'held', 1, 1, '{"code":"claimed_by_other","detail":"Arne is answering this conversation."}');
insert into outbox (position, client_message_id, conversation_id, kind, comment_id, text, created_at, state, attempted, answered, refusal) values (21, '01a2136f-a06d-7687-adb5-d2eb2436070c', '01a2136f-6204-7284-98da-5fe9edf910c1', 'reply', NULL, 'It is 3,100, Hal.', 1795622412402, 'held', 1, 1, '{"code":"account_disconnected","detail":"The account is disconnected. Connect it again before answering."}');
insert into outbox (position, client_message_id, conversation_id, kind, comment_id, text, created_at, state, attempted, answered, refusal) values (22, '01a2136f-a0b1-71d0-9a6d-8d182af3008a', '01a2136f-615a-7382-a065-50dc96316144', 'reply', NULL, 'Bring the measures.', 1795622412470, 'accepted', 1, 0, NULL);
insert into outbox (position, client_message_id, conversation_id, kind, comment_id, text, created_at, state, attempted, answered, refusal) values (23, '01a2136f-a0f6-70e1-b044-3697b4ba5823', '01a2136f-610f-724a-912e-1bc2385cd876', 'reply', NULL, 'Friday at four?', 1795622412394, 'queued', 0, 0, NULL);
insert into outbox (position, client_message_id, conversation_id, kind, comment_id, text, created_at, state, attempted, answered, refusal) values (24, '01a2136f-a0fb-758c-9760-2a6b5215c15c', '01a2136f-610f-724a-912e-1bc2385cd876', 'note', NULL, 'Prefers the phone.', 1795622412394, 'queued', 0, 0, NULL);
insert into drafts (conversation_id, text) values ('01a2136f-610f-724a-912e-1bc2385cd876', 'Shall we say');
insert into drafts (conversation_id, text) values ('01a2136f-6242-7757-bb54-718c2a0076ce', 'Dear Pia, 🧖');
insert into seen (conversation_id, seen_at) values ('01a2136f-610f-724a-912e-1bc2385cd876', 1795622398000);
insert into seen (conversation_id, seen_at) values ('01a2136f-6236-76f7-8d93-bee2346b3641', 1795622408958);
insert into identity (one, relay_url, device_id, agency, person) values (1, 'http://127.0.0.1:46319/as/dana', '01a2136f-6586-7226-ad03-bb8ecc2c7db4', '{"id":"01a2136f-519b-707b-a8d0-0d0849efa1a6","name":"Nordic Saunas","plan":"pro"}', '{"id":"01a2136f-6585-71b5-b8df-18a7c9338795","name":"Dana","role":"owner"}');
delete from sqlite_sequence;
insert into sqlite_sequence (name, seq) values ('outbox', 24);
CREATE INDEX outbox_by_state ON outbox (state, position);
pragma user_version = 1;
pragma application_id = 0;
commit;
