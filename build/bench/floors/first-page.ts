import { existsSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';

/** Floor of the first row: open the file, read the first page by its index, parse it. Run as a program, it prints how long that took. */
export function buildFirstPage(cacheFolder: string): string {
  const path = join(cacheFolder, 'floor-first-page.db');
  if (existsSync(path)) return path;
  const db = new Database(path);
  db.pragma('journal_mode = WAL');
  db.prepare('attach ? as cache').run(join(cacheFolder, 'cache.db'));
  db.exec(`
    create table conversations (id text primary key, last_message_at integer not null, document text not null);
    insert into conversations select id, document ->> 'lastMessageAt', document from cache.conversations;
    create index conversations_by_last_message on conversations (last_message_at);
    detach cache;`);
  db.close();
  return path;
}

const [path] = process.argv.slice(2);
if (import.meta.main && path !== undefined) {
  const from = performance.now();
  const db = new Database(path);
  const documents = db
    .prepare<[], string>('select document from conversations order by last_message_at desc limit 100')
    .pluck()
    .all();
  const rows = documents.map((document) => JSON.parse(document) as unknown);
  process.stdout.write(`${JSON.stringify({ rows: rows.length, tookMs: performance.now() - from })}\n`);
  db.close();
}
