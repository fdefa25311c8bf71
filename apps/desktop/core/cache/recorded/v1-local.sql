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
insert into outbox (position, client_message_id, conversation_id, kind, comment_id, text, created_at, state, attempted, answered, refusal) values (6, '01a21364-aa19-775f-9518-e006cdbdb97e', '01a21364-9e2f-7601-a1a8-49ef54588c1f', 'reply', NULL, 'Are you still there?', 1795621693989, 'held', 1, 1, '{"code":"recipient_unavailable","detail":"This person cannot get messages from the business now."}');
insert into outbox (position, client_message_id, conversation_id, kind, comment_id, text, created_at, state, attempted, answered, refusal) values (10, '01a21364-aada-730c-b60e-cf0d60fd7860', '01a21364-9d5f-709f-a89f-a75dd1cc4633', 'reply', NULL, 'We deliver to Drammen.', 1795621694195, 'held', 1, 1, '{"code":"window_closed","detail":"The response window is closed. It opens again when the person writes."}');
insert into outbox (position, client_message_id, conversation_id, kind, comment_id, text, created_at, state, attempted, answered, refusal) values (18, '01a21364-bc85-73df-b2c6-a44d35e6e5fe', '01a21364-a5d4-7418-a121-aa7d8db89d20', 'reply', NULL, 'Bergen from April on.', 1795621698705, 'held', 1, 1, '{"code":"claimed_by_other","detail":"Arne is answering this conversation."}');
insert into outbox (position, client_message_id, conversation_id, kind, comment_id, text, created_at, state, attempted, answered, refusal) values (21, '01a21364-d0fb-7209-95c5-4e716c34962c', '01a21364-9dfe-7567-b169-96b278b39a72', 'reply', NULL, 'It is 3,100, Hal.', 1795621703935, 'held', 1, 1, '{"code":"account_disconnected","detail":"The account is disconnected. Connect it again before answering."}');
insert into outbox (position, client_message_id, conversation_id, kind, comment_id, text, created_at, state, attempted, answered, refusal) values (22, '01a21364-d128-7597-b0d6-715b2db818d9', '01a21364-9d0f-776e-a67e-29de35231b04', 'reply', NULL, 'Friday at four?', 1795621703918, 'queued', 0, 0, NULL);
insert into outbox (position, client_message_id, conversation_id, kind, comment_id, text, created_at, state, attempted, answered, refusal) values (23, '01a21364-d12b-7187-9b2a-d61f3c360d07', '01a21364-9d0f-776e-a67e-29de35231b04', 'note', NULL, 'Prefers the phone.', 1795621703918, 'queued', 0, 0, NULL);
insert into drafts (conversation_id, text) values ('01a21364-9d0f-776e-a67e-29de35231b04', 'Shall we say');
insert into drafts (conversation_id, text) values ('01a21364-9ec1-75bf-8829-49dd4cac5e8d', 'Dear Pia, 🧖');
insert into seen (conversation_id, seen_at) values ('01a21364-9d0f-776e-a67e-29de35231b04', 1795621693011);
insert into seen (conversation_id, seen_at) values ('01a21364-9e9f-75aa-b571-6005d12ca689', 1795621702777);
insert into identity (one, relay_url, device_id, agency, person) values (1, 'http://127.0.0.1:36593/as/dana', '01a21364-a3e0-73c7-a562-826fbc942644', '{"id":"01a21364-875a-74f6-bc4e-5dda2d4a5f90","name":"Nordic Saunas","plan":"pro"}', '{"id":"01a21364-a3e0-73c7-a562-7c2014b28572","name":"Dana","role":"owner"}');
delete from sqlite_sequence;
insert into sqlite_sequence (name, seq) values ('outbox', 23);
CREATE INDEX outbox_by_state ON outbox (state, position);
pragma user_version = 1;
pragma application_id = 0;
commit;
