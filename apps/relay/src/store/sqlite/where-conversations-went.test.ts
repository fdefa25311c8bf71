import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { firstTables } from '../migrations/0001-first-tables.ts';
import { whereConversationsWent } from '../migrations/0008-where-conversations-went.ts';
import { applyMigration } from './migrate.ts';

it('finds the merges from before it noted them in the audit trail', () => {
  const db = new Database(':memory:');
  applyMigration(db, firstTables);
  const record = db.prepare(`insert into events values (:agency, :n, 0, 'relay', :action, :target, :detail, '', '')`);
  const merged = (agency: string, n: number, from: string, target: string, action = 'conversation.merged') =>
    record.run({ agency, n, action, target, detail: JSON.stringify({ from }) });
  merged('a', 1, 'c1', 'c2');
  merged('a', 2, 'c9', 'c2', 'handoff.taken_over');
  merged('b', 1, 'c2', 'c7');
  merged('a', 3, 'c2', 'c3');
  applyMigration(db, whereConversationsWent);
  expect(db.prepare('select * from merged_conversations').raw().all()).toEqual([
    ['a', 'c1', 'c3'],
    ['a', 'c2', 'c3'],
    ['b', 'c2', 'c7'],
  ]);
  db.close();
});
