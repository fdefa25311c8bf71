import { isDeepStrictEqual } from 'node:util';
import type Database from 'better-sqlite3';

type TableRow = { readonly name: string; readonly withoutRowid: number };
type IndexRow = { readonly name: string; readonly origin: string; readonly partial: number };

/**
 * Tells SQLite's planner how the rows are distributed. Without statistics it takes `agency_id` for a selective column and scans all rows of
 * an agency even if an index leads to one conversation; with ANALYZE it would judge by the first few rows that it saw. So it gets fixed
 * ones, written when a file that does not have them is opened: an agency has very many rows, the columns after `agency_id` in an index
 * single out a few, and an index with a `where` holds next to nothing (sqlite.org/lang_analyze.html, "Fixed Results Of ANALYZE", 2026).
 */
export function seedPlannerStatistics(db: Database.Database): void {
  // Makes the table if it is missing, and reads no rows.
  db.exec('analyze sqlite_schema');
  const facts = factsOf(db);
  const told = db.prepare('select tbl as "table", idx as "index", stat as facts from sqlite_stat1').all();
  if (isDeepStrictEqual(told, facts)) return;
  db.transaction(() => {
    db.exec('delete from sqlite_stat1');
    const tell = db.prepare('insert into sqlite_stat1 (tbl, idx, stat) values (:table, :index, :facts)');
    for (const fact of facts) tell.run(fact);
  }).immediate();
  // The connection reads them only now.
  db.exec('analyze sqlite_schema');
}

type Fact = { readonly table: string; readonly index: string; readonly facts: string };

function factsOf(db: Database.Database): Fact[] {
  const tables = db
    .prepare<[], TableRow>(
      `select name, sql like '%without rowid' as "withoutRowid" from sqlite_schema
       where type = 'table' and sql like '%primary key (agency_id,%'`,
    )
    .all();
  return tables.flatMap(({ name: table, withoutRowid }) =>
    (db.pragma(`index_list(${table})`) as IndexRow[]).map(({ name, origin, partial }) => {
      const columns = (db.pragma(`index_info(${name})`) as unknown[]).length;
      // The primary key of a table without rowid has the table's name.
      const index = origin === 'pk' && withoutRowid === 1 ? table : name;
      return { table, index, facts: rowsOf(columns, partial === 1) };
    }),
  );
}

/** Rows in the index, then rows for one value of the first column, of the first two, and so on. */
function rowsOf(columns: number, isPartial: boolean): string {
  const rows = isPartial ? 1_000 : 1_000_000;
  const after = Array.from({ length: columns - 1 }, (_, index) => (index === columns - 2 ? 1 : 10));
  return [rows, rows / 2, ...after].join(' ');
}
