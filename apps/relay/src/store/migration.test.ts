import { expect, it } from 'vitest';
import { type Dialect, statementsOf } from './migration.ts';
import { migrations } from './migrations/in-order.ts';

const allOf = (dialect: Dialect) => migrations.flatMap((step) => statementsOf(step, dialect, () => false));

it('splits statements where a line ends with a semicolon, and keeps a line only for the database that it names', () => {
  const sql = `
-- A comment belongs to what follows;
create table t (
  a text not null, -- only: sqlite
  a varchar not null, -- only: postgresql
  b text
);
create trigger x before update on t begin select 1; end;
drop table t; -- only: sqlite
`;
  expect(statementsOf({ compatibleWith: 1, sql }, 'sqlite', () => false)).toEqual([
    '-- A comment belongs to what follows;\ncreate table t (\n  a text not null,\n  b text\n);',
    'create trigger x before update on t begin select 1; end;',
    'drop table t;',
  ]);
  expect(statementsOf({ compatibleWith: 1, sql }, 'postgresql', () => false)).toEqual([
    '-- A comment belongs to what follows;\ncreate table t (\n  a varchar not null,\n  b text\n);',
    'create trigger x before update on t begin select 1; end;',
  ]);
});

it('uses what both databases understand, except in lines that name one', () => {
  const shared = allOf('postgresql').join('\n');
  for (const own of ['pragma', 'raise(', 'json_extract', 'insert or ', 'autoincrement', 'ifnull', 'zeroblob', 'rowid '])
    expect(shared.replaceAll('without rowid', '').includes(own), own).toBe(false);
  const [sqlite, postgresql] = [allOf('sqlite'), allOf('postgresql')];
  expect(sqlite.filter((statement) => !postgresql.includes(statement))).toHaveLength(4);
});
