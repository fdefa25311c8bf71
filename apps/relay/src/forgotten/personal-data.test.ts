import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { migrate } from '../store/sqlite/migrate.ts';
import { personalData } from './personal-data.ts';

it('says for every table, and for no other, how a person is erased from it', () => {
  const db = new Database(':memory:');
  migrate(db);
  const tables = db
    .prepare(`select name from sqlite_schema where type = 'table' and name not like 'sqlite_%' order by name`)
    .pluck()
    .all();
  db.close();
  expect(Object.keys(personalData).toSorted()).toEqual(tables);
});
