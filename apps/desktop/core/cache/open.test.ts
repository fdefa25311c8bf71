import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { baseAt, sampleConversation, sampleMessage } from '../test/samples.ts';
import { openDb, tempFolder, tempStore } from '../test/temp-folder.ts';
import { testDesk } from '../test/window.ts';
import { cacheMigrations, localMigrations, migrate } from './migrate.ts';
import { openDatabase } from './open.ts';
import { replaceCache } from './refill.ts';
import { createStore } from './store.ts';

test('the cache may lose its last moments in a power cut, the outbox may not', () => {
  const db = openDb(tempFolder());
  expect(db.pragma('main.journal_mode', { simple: true })).toBe('wal');
  expect(db.pragma('local.journal_mode', { simple: true })).toBe('wal');
  expect(db.pragma('main.synchronous', { simple: true })).toBe(1);
  expect(db.pragma('local.synchronous', { simple: true })).toBe(2);
  db.close();
});

test('a newer local.db is reported and left as it is', async () => {
  const file = 'local.db';
  const folder = tempFolder();
  openDb(folder).close();
  const db = new Database(join(folder, file));
  db.pragma('user_version = 99');
  db.close();
  const before = readFileSync(join(folder, file));
  expect(openDatabase(folder)).toMatchObject({
    kind: 'trouble',
    trouble: { code: 'database_newer' },
  });
  expect(readFileSync(join(folder, file))).toEqual(before);
  const desk = await testDesk(folder);
  expect((await desk.call('session.get', {})).trouble).toMatchObject({ code: 'database_newer' });
  await expect(desk.call('inbox.counts', {})).rejects.toMatchObject({ code: 'database_newer' });
});

const noted = {
  messageId: 'q1',
  commandId: 'command',
  conversationId: 'c1',
  tab: 'reply',
  commentId: null,
  text: 'It is 4,900.',
  isKept: true,
  isRefused: false,
} as const;

test.each([
  ['did not know the table yet', false],
  ['made the table in its second step', true],
])('a local.db of the second version that %s can record withdrawals, and keeps what it has', (_name, hasTable) => {
  const folder = tempFolder();
  const old = new Database(join(folder, 'local.db'));
  migrate(old, localMigrations.slice(0, 2));
  expect(old.prepare(`SELECT count(*) FROM sqlite_schema WHERE name = 'withdrawals'`).pluck().get()).toBe(0);
  old.exec(`INSERT INTO drafts VALUES ('c1', 'reply', 'half a sentence', 3)`);
  if (hasTable)
    old.exec(`
      CREATE TABLE withdrawals (
        message_id TEXT PRIMARY KEY, command_id TEXT NOT NULL, conversation_id TEXT NOT NULL, tab TEXT NOT NULL, text TEXT NOT NULL,
        is_kept INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;
      INSERT INTO withdrawals VALUES ('before', 'command', 'c1', 'reply', 'Hello', 1)`);
  old.close();
  const store = tempStore(folder);
  store.local.noteWithdrawal(noted);
  expect(store.local.withdrawal('q1')).toEqual(noted);
  expect(store.local.withdrawal('before')?.text).toBe(hasTable ? 'Hello' : undefined);
  expect(store.local.draft('c1', 'reply')).toEqual({ text: 'half a sentence', rev: 3 });
});

test('a cache of the first version is brought up to date, and what it holds is found', () => {
  const folder = tempFolder();
  const message = sampleMessage('m1', 'c1', { text: 'サウナの値段 for the installation' });
  const position = message.sentAt * 1_000;
  const old = new Database(join(folder, 'cache.db'));
  migrate(old, cacheMigrations.slice(0, 1));
  old
    .prepare(`INSERT INTO conversations VALUES (1, 'c1', 1, 'a', 1, 1, 0, 0, 1, NULL, NULL, 'Dana c1', ?)`)
    .run(JSON.stringify(sampleConversation('c1')));
  old
    .prepare(`INSERT INTO messages VALUES (?, 'm1', 'c1', 1, ?, NULL, ?)`)
    .run(position, message.sentAt, JSON.stringify(message));
  old.prepare(`INSERT INTO message_words (rowid, text) VALUES (?, ?)`).run(position, message.text);
  old.prepare(`INSERT INTO message_pairs (rowid, text) VALUES (?, '値段')`).run(position);
  old.close();
  const store = createStore(openDb(folder));
  const contact = { id: 'contact-c1', name: 'Dana c1', username: null, channel: 'instagram' };
  for (const query of ['installat', '値段'])
    expect(store.search.find(query, 5), query).toMatchObject([{ messageId: 'm1', contact }]);
  expect(store.search.find('dana', 5)).toMatchObject([{ messageId: null, contact }]);
  store.close();
});

test('a cache is migrated and sealed in one commit: cut off between the two, it would count as damaged', () => {
  const folder = tempFolder();
  const old = new Database(join(folder, 'cache.db'));
  migrate(old, cacheMigrations.slice(0, 3));
  old.exec(
    `CREATE TRIGGER cut_off BEFORE INSERT ON contents WHEN new.kind = 'schema' BEGIN SELECT RAISE(ABORT, ''); END`,
  );
  old.close();
  openDb(folder).close();
  const aside = new Database(join(folder, 'cache.db.damaged'));
  expect(aside.pragma('user_version', { simple: true })).toBe(3);
  aside.close();
});

test('a cache of the third version learns who cannot be reached, what waits, which handoffs are open, and emoji', () => {
  const folder = tempFolder();
  const old = new Database(join(folder, 'cache.db'));
  migrate(old, cacheMigrations.slice(0, 3));
  const addConversation = old.prepare(
    `INSERT INTO conversations (number, id, rev, account_id, lane, lane_position, placed_from, placed_until, last_message_at,
       contact_name, contact, written, document)
     VALUES (@number, @id, 1, 'account-1', 1, 1, 0, 9007199254740991, @at, 'Dana ' || @id, @contact, @at * 1000 + @number, @document)`,
  );
  const handoff = {
    id: 'h',
    reason: 'social_dm_follow_up_needed' as const,
    state: 'open' as const,
    openedAt: baseAt,
    claimedBy: null,
    claimedUntil: null,
  };
  for (const [number, conversation] of [
    sampleConversation('c1', { unreachable: true }),
    sampleConversation('c2', { handoff }),
  ].entries()) {
    const { id, username, name } = conversation.contact;
    const contact = JSON.stringify({ id, name, username, channel: 'instagram' });
    addConversation.run({ number, id: conversation.id, at: baseAt, contact, document: JSON.stringify(conversation) });
  }
  const addMessage = old.prepare(
    `INSERT INTO messages (position, id, conversation_id, rev, sent_at, document) VALUES (? * 1000, ?, 'c2', 1, ?, ?)`,
  );
  const said = [
    sampleMessage('m1', 'c2', { direction: 'outbound', state: 'queued', text: 'Deal 🫠' }),
    sampleMessage('m2', 'c2', { direction: 'outbound', state: 'sent', sentAt: baseAt + 1 }),
    sampleMessage('m3', 'c2', { state: 'received', sentAt: baseAt + 2 }),
  ];
  for (const message of said) addMessage.run(message.sentAt, message.id, message.sentAt, JSON.stringify(message));
  old.exec('UPDATE contents SET rows = NULL, sum = NULL');
  old.close();
  const store = createStore(openDb(folder));
  expect(store.conversations.countLanes(baseAt)).toMatchObject({ answer: 1, unreachable: 1 });
  expect(store.conversations.countHandoffs('me', baseAt)).toBe(1);
  expect(store.messages.countWaiting()).toBe(1);
  while (store.indexSome());
  expect(store.search.find('🫠', 5)).toMatchObject([{ messageId: 'm1' }]);
  const check = store.check(() => baseAt);
  while (check.step(2));
  store.close();
});

test('a large cache of an older version is fetched again instead of keeping everybody waiting', () => {
  const folder = tempFolder();
  const old = new Database(join(folder, 'cache.db'));
  migrate(old, cacheMigrations.slice(0, 2));
  old.exec(`INSERT INTO accounts VALUES ('large', 1, printf('%.*c', 33 * 1024 * 1024, 'x'))`);
  old.close();
  const opened = openDatabase(folder);
  expect(opened).toMatchObject({ kind: 'open', movedAside: true });
  if (opened.kind === 'open') opened.db.close();
});

test('a damaged cache is moved aside and recreated; drafts are untouched', () => {
  const folder = tempFolder();
  const store = createStore(openDb(folder));
  store.conversations.put(sampleConversation('c1'), 0);
  store.local.putDraft({ conversationId: 'c1', tab: 'reply' }, 'half a sentence', 0);
  store.close();
  writeFileSync(join(folder, 'cache.db'), 'not a database, but long enough to look like one '.repeat(200));
  const opened = openDatabase(folder);
  expect(opened).toMatchObject({ kind: 'open', movedAside: true });
  if (opened.kind === 'trouble') return;
  const again = createStore(opened.db);
  expect(again.conversations.read('c1')).toBeNull();
  expect(again.local.draft('c1', 'reply').text).toBe('half a sentence');
  again.close();
  expect(existsSync(join(folder, 'cache.db.damaged'))).toBe(true);
});

test('damage found while running is repaired at the next start', () => {
  const folder = tempFolder();
  const store = createStore(openDb(folder));
  store.conversations.put(sampleConversation('c1'), 0);
  store.local.markCacheDamaged();
  store.close();
  const opened = openDatabase(folder);
  expect(opened).toMatchObject({ kind: 'open', movedAside: true });
  if (opened.kind === 'open') opened.db.close();
  const again = openDatabase(folder);
  expect(again).toMatchObject({ kind: 'open', movedAside: false });
  if (again.kind === 'open') again.db.close();
});

test('a damaged local.db is trouble and never deleted', () => {
  const folder = tempFolder();
  writeFileSync(join(folder, 'local.db'), 'x'.repeat(9_000));
  expect(openDatabase(folder)).toMatchObject({ kind: 'trouble', trouble: { code: 'local_damaged' } });
  expect(readFileSync(join(folder, 'local.db'), 'utf8')).toBe('x'.repeat(9_000));
});

test('a step that fails leaves the file at the step before', () => {
  const db = new Database(':memory:');
  const broken = { up: (file: Database.Database) => void file.exec('CREATE TABLE half (x); CREATE TABLE half (x);') };
  expect(() => migrate(db, [...localMigrations, broken])).toThrow('half');
  expect(db.pragma('user_version', { simple: true })).toBe(localMigrations.length);
  expect(migrate(db, localMigrations)).toBe(true);
  expect(migrate(new Database(':memory:'), cacheMigrations)).toBe(true);
  db.close();
});

test('erasing leaves no word of a buyer in the files', () => {
  const folder = tempFolder();
  const store = createStore(openDb(folder));
  for (let index = 0; index < 300; index += 1)
    store.messages.put(sampleMessage(`m${index}`, 'c1', { text: `zanzibar ${index}` }));
  while (store.indexSome());
  expect(store.search.find('zanzibar', 5)).toHaveLength(5);
  store.local.putDraft({ conversationId: 'c1', tab: 'reply' }, 'kept', 0);
  expect(replaceCache(store, folder, 'erase')).toBeNull();
  for (const file of readdirSync(folder))
    expect(readFileSync(join(folder, file)).includes('zanzibar'), file).toBe(false);
  expect(store.search.find('zanzibar', 5)).toEqual([]);
  expect(store.local.draft('c1', 'reply').text).toBe('kept');
  store.close();
});
