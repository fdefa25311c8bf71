import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { codeOf, isDamage } from './damage.ts';

it('recognizes a damaged search index whatever SQLite reports, even a lack of memory', () => {
  const db = new Database(':memory:');
  db.exec(`CREATE VIRTUAL TABLE words USING fts5 (text, content = '')`);
  const add = db.prepare('INSERT INTO words (rowid, text) VALUES (?, ?)');
  db.transaction(() => {
    for (let n = 0; n < 400; n += 1) add.run(n, `cedar barrel word${n} number ${n * 7}`);
  })();
  const healthy = db.serialize();
  db.close();
  const codes = new Set<string>();
  for (let tries = 0; tries < 2_000 && !codes.has('SQLITE_NOMEM'); tries += 1) {
    const damaged = new Database(healthy);
    damaged.unsafeMode(true);
    damaged.exec('UPDATE words_data SET block = randomblob(length(block))');
    try {
      damaged.prepare(`SELECT rowid FROM words WHERE words MATCH 'barrel'`).all();
    } catch (error) {
      codes.add(codeOf(error));
      expect(isDamage(error), codeOf(error)).toBe(true);
    }
    damaged.close();
  }
  // One in fifty reports it.
  expect(codes).toContain('SQLITE_NOMEM');
});
