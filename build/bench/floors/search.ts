import { existsSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';

/** Floor of the search: SQLite's own full-text tables over the same texts, returning the newest fifty hits by row number. */
export type FloorSearch = { words(text: string): number; parts(text: string): number; close(): void };

export function openFloorSearch(cacheFolder: string): FloorSearch {
  const path = join(cacheFolder, 'floor-search.db');
  if (!existsSync(path)) build(path, join(cacheFolder, 'cache.db'));
  const db = new Database(path);
  db.pragma('cache_size = -32000');
  const find = (table: string) =>
    db.prepare<[string], { text: string }>(
      `select messages.text from (select rowid as found from ${table} where ${table} match ? order by rowid desc limit 50) cross join messages on messages.id = found`,
    );
  const words = find('words');
  const parts = find('parts');
  const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
  return {
    words: (text) =>
      words.all(
        text
          .split(' ')
          .map((word) => `${quoted(word)}*`)
          .join(' '),
      ).length,
    parts: (text) => parts.all(quoted(text)).length,
    close: () => void db.close(),
  };
}

function build(path: string, cachePath: string): void {
  const db = new Database(path);
  db.pragma('journal_mode = WAL');
  db.prepare('attach ? as cache').run(cachePath);
  db.transaction(() => {
    db.exec(`
      create table messages (id integer primary key, text text not null);
      insert into messages select position, document ->> 'text' from cache.messages order by position;
      create virtual table words using fts5(text, content='messages', content_rowid='id', tokenize='unicode61 remove_diacritics 2', prefix='1 2 3');
      create virtual table parts using fts5(text, content='messages', content_rowid='id', tokenize='trigram');
      insert into words (words) values ('rebuild');
      insert into parts (parts) values ('rebuild');`);
  })();
  db.exec('detach cache');
  db.close();
}
