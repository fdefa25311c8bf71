import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  copyFileSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { cacheMigrations, migrate } from '../cache/migrate.ts';

/** Ways to damage a cache, each applied to the folder of a closed desk. The same ones in every run. */
export type DamageWay = { readonly name: string; readonly damage: (folder: string) => void };

const pageBytes = 4_096;
const cacheOf = (folder: string): string => join(folder, 'cache.db');

/** Repeatable bytes without structure. */
function noise(length: number, seed: number): Buffer {
  let state = seed * 2_654_435_761 + 1;
  return Buffer.from(
    Array.from({ length }, () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) >>> 24),
  );
}

function overwrite(path: string, at: number, bytes: Buffer): void {
  const file = openSync(path, 'r+');
  writeSync(file, bytes, 0, bytes.length, at);
  closeSync(file);
}

const on = (suffix: string, work: (path: string, folder: string) => void) => (folder: string) =>
  work(`${cacheOf(folder)}${suffix}`, folder);
const whole = (name: string, work: (path: string, folder: string) => void): DamageWay => ({
  name,
  damage: on('', work),
});
const replaced = (name: string, work: (path: string, folder: string) => void): DamageWay =>
  whole(name, (path, folder) => {
    rmSync(path);
    work(path, folder);
  });
const sql = (name: string, ...statements: string[]): DamageWay =>
  whole(name, (path) => {
    const db = new Database(path);
    db.unsafeMode(true);
    db.pragma('writable_schema = ON');
    for (const statement of statements) db.exec(statement);
    db.close();
  });

const files: readonly DamageWay[] = [
  whole('no bytes', (path) => truncateSync(path, 0)),
  whole('one byte', (path) => truncateSync(path, 1)),
  whole('half a header', (path) => truncateSync(path, 50)),
  whole('one page', (path) => truncateSync(path, pageBytes)),
  whole('half of it', (path) => truncateSync(path, Math.floor(statSync(path).size / 2))),
  whole('without its last page', (path) => truncateSync(path, statSync(path).size - pageBytes)),
  whole('without its last byte', (path) => truncateSync(path, statSync(path).size - 1)),
  replaced('a text in its place', (path) => writeFileSync(path, 'Dear diary, '.repeat(2_000))),
  replaced('noise in its place', (path) => writeFileSync(path, noise(40_000, 1))),
  replaced('zeros in its place', (path) => writeFileSync(path, Buffer.alloc(40_000))),
  replaced('local.db in its place', (path, folder) => copyFileSync(join(folder, 'local.db'), path)),
  replaced('an empty folder in its place', (path) => mkdirSync(path)),
  replaced('a folder with files in its place', (path) => {
    mkdirSync(path);
    writeFileSync(join(path, 'holiday.jpg'), 'x');
  }),
  replaced('a link to a text in its place', (path, folder) => {
    writeFileSync(join(folder, 'letter.txt'), 'Dear Sir,');
    symlinkSync(join(folder, 'letter.txt'), path);
  }),
  replaced('a link to nothing in its place', (path, folder) => symlinkSync(join(folder, 'nowhere'), path)),
  replaced('a link to itself in its place', (path) => symlinkSync(path, path)),
  whole('a link to where it is now', (path, folder) => {
    renameSync(path, join(folder, 'moved.db'));
    symlinkSync(join(folder, 'moved.db'), path);
  }),
  replaced('a pipe in its place', (path) => void execFileSync('/bin/sh', ['-c', 'mkfifo "$0"', path])),
  replaced('nothing in its place', () => undefined),
  whole('a file that may only be read', (path) => chmodSync(path, 0o444)),
  whole('a file that may not be read', (path) => chmodSync(path, 0o000)),
  replaced('an empty database of somebody else', (path) =>
    new Database(path).exec('CREATE TABLE songs (name)').close(),
  ),
  replaced('a database of somebody else with our version', (path) => {
    const db = new Database(path);
    db.exec('CREATE TABLE songs (name)');
    db.pragma(`user_version = ${cacheMigrations.length}`);
    db.close();
  }),
  ...cacheMigrations.slice(0, -1).map((_, index) =>
    replaced(`an empty cache of version ${index + 1}`, (path) => {
      const db = new Database(path);
      migrate(db, cacheMigrations.slice(0, index + 1));
      db.close();
    }),
  ),
  ...['-wal', '-shm', '-journal'].flatMap((suffix): DamageWay[] => [
    { name: `noise as ${suffix}`, damage: on(suffix, (path) => writeFileSync(path, noise(20_000, 2))) },
    { name: `no bytes as ${suffix}`, damage: on(suffix, (path) => writeFileSync(path, '')) },
    { name: `a folder as ${suffix}`, damage: on(suffix, (path) => mkdirSync(path)) },
    { name: `a link to nothing as ${suffix}`, damage: on(suffix, (path) => symlinkSync(`${path}-nowhere`, path)) },
    { name: `the file itself as ${suffix}`, damage: on(suffix, (path, folder) => copyFileSync(cacheOf(folder), path)) },
  ]),
  ...[16, 18, 20, 24, 28, 32, 36, 44, 52, 56, 100, 105].map((at) =>
    whole(`another byte ${at} of the header`, (path) => {
      const [byte = 0] = readFileSync(path).subarray(at, at + 1);
      overwrite(path, at, Buffer.from([byte ^ 0x55]));
    }),
  ),
];

/** Some pages of the file, by their relative position. */
const shares = Array.from({ length: 24 }, (_, index) => index / 24);
const pages: readonly DamageWay[] = shares.flatMap((share, index) => {
  const at = (path: string): number => Math.floor((statSync(path).size / pageBytes) * share) * pageBytes;
  return [
    whole(`page ${index}/24 garbled`, (path) => overwrite(path, at(path), noise(pageBytes, index + 10))),
    whole(`page ${index}/24 of zeros`, (path) => overwrite(path, at(path), Buffer.alloc(pageBytes))),
    whole(`a few bytes of page ${index}/24`, (path) => overwrite(path, at(path) + 1_500, noise(16, index + 50))),
  ];
});

const indexes = [
  'conversations_by_lane',
  'conversations_placed_until',
  'conversations_by_account',
  'conversations_claimed',
  'conversations_by_written',
  'messages_by_conversation',
  'messages_by_client_message',
  'messages_waiting',
  'conversations_handoffs',
];
const fullText = ['message_words', 'message_pairs', 'contact_words', 'contact_pairs'];
const tables = ['conversations', 'messages', 'threads', 'accounts', 'feed_state', 'contents', 'message_to_index'];
const schema: readonly DamageWay[] = [
  ...tables.map((table) => sql(`no table ${table}`, `DROP TABLE ${table}`)),
  ...indexes.map((index) => sql(`no index ${index}`, `DROP INDEX ${index}`)),
  ...fullText.map((table) => sql(`no table ${table}`, `DROP TABLE ${table}`)),
  ...fullText.flatMap((table) =>
    ['data', 'idx', 'docsize', 'config'].flatMap((part) => [
      sql(`${table}_${part} is gone`, `DELETE FROM sqlite_schema WHERE name = '${table}_${part}'`),
    ]),
  ),
  ...[0, 1, 2, cacheMigrations.length + 1, 99, 2_147_483_647, -7].map((version) =>
    sql(`version ${version}`, `PRAGMA user_version = ${version}`),
  ),
  sql('a trigger', `CREATE TRIGGER gone AFTER INSERT ON messages BEGIN DELETE FROM messages WHERE id = new.id; END`),
  sql('another table name', 'ALTER TABLE threads RENAME TO strands'),
  sql('one column more', 'ALTER TABLE messages ADD COLUMN mood TEXT'),
  sql('broken schema text', `UPDATE sqlite_schema SET sql = 'CREATE TABLE' WHERE name = 'threads'`),
];

const rows: readonly DamageWay[] = [
  sql('all messages gone', 'DELETE FROM messages'),
  sql('one message gone', 'DELETE FROM messages WHERE position = (SELECT max(position) FROM messages)'),
  sql('an old message gone', 'DELETE FROM messages WHERE position = (SELECT min(position) FROM messages)'),
  sql('every third message gone', 'DELETE FROM messages WHERE rowid % 3 = 0'),
  sql('the messages of one thread gone', `DELETE FROM messages WHERE conversation_id = 'c3'`),
  sql('all conversations gone', 'DELETE FROM conversations'),
  sql('one conversation gone', `DELETE FROM conversations WHERE id = 'c5'`),
  sql('the account gone', 'DELETE FROM accounts'),
  sql('the threads gone', 'DELETE FROM threads'),
  sql('the cursor gone', 'DELETE FROM feed_state'),
  sql('a cursor from the future', 'UPDATE feed_state SET seq = seq + 100000'),
  sql('a cursor of another past', `UPDATE feed_state SET epoch = 'other'`),
  sql(
    'a message twice',
    `INSERT INTO messages SELECT position + 7, 'twice', conversation_id, rev, sent_at, NULL,
    document, sum, waits, has_unknown FROM messages LIMIT 1`,
  ),
  ...['messages', 'conversations', 'accounts'].flatMap((table) => [
    sql(`broken JSON in ${table}`, `UPDATE ${table} SET document = substr(document, 1, 40)`),
    sql(`no JSON in ${table}`, `UPDATE ${table} SET document = ''`),
    sql(`null in ${table}`, `UPDATE ${table} SET document = 'null'`),
    sql(`another shape in ${table}`, `UPDATE ${table} SET document = '{"id":7}'`),
    sql(`no shape and no sum in ${table}`, `UPDATE ${table} SET document = '[]', sum = NULL`),
    sql(`another word in ${table}`, `UPDATE ${table} SET document = replace(document, 'a', 'o')`),
    sql(`other sums in ${table}`, `UPDATE ${table} SET sum = sum + 1`),
    sql(`newer revisions in ${table}`, `UPDATE ${table} SET rev = rev + 1000`),
  ]),
  sql('messages in the wrong thread', `UPDATE messages SET conversation_id = 'c1' WHERE conversation_id = 'c2'`),
  sql('replies that wait though they went out', 'UPDATE messages SET waits = 1 - waits'),
  sql('handoffs that nobody asked for', 'UPDATE conversations SET handoff = 1 - handoff'),
  sql('messages of another time', 'UPDATE messages SET sent_at = sent_at - 1000'),
  sql('messages in other places', 'UPDATE messages SET position = position + 500000000 WHERE rowid % 2 = 0'),
  sql('conversations in no lane', 'UPDATE conversations SET lane = 9'),
  sql('conversations in another lane', 'UPDATE conversations SET lane = 4'),
  sql('conversations in another order', 'UPDATE conversations SET lane_position = -lane_position'),
  sql('conversations of nobody', `UPDATE conversations SET contact_name = ''`),
  sql('contacts that cannot be read', `UPDATE conversations SET contact = '{'`),
  sql('other counts', 'UPDATE contents SET rows = rows + 1'),
  sql('no counts', 'DELETE FROM contents'),
  ...fullText
    .slice(0, 1)
    .flatMap((table) => [
      sql(`${table} without content`, `DELETE FROM ${table}_data`),
      sql(`${table} without its way to the content`, `DELETE FROM ${table}_idx`),
      sql(`${table} without sizes`, `DELETE FROM ${table}_docsize`),
      sql(`${table} without settings`, `DELETE FROM ${table}_config`),
      sql(`${table} with noise in its content`, `UPDATE ${table}_data SET block = randomblob(length(block))`),
      sql(`${table} with some noise in its content`, `UPDATE ${table}_data SET block = zeroblob(40) WHERE id % 3 = 0`),
      sql(`${table} emptied`, `INSERT INTO ${table} (${table}) VALUES ('delete-all')`),
    ]),
];

export const damageWays: readonly DamageWay[] = [...files, ...pages, ...schema, ...rows];
