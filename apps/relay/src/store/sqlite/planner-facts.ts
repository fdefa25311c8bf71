import type Database from 'better-sqlite3';

type IndexRow = { readonly name: string; readonly origin: string; readonly partial: number };

/**
 * Tells SQLite's planner how the rows lie. Untold, it takes `agency_id` for a choosy column and scans all rows of an agency
 * where an index leads to one conversation; told by ANALYZE, it would go by the first few rows that it saw. So it is
 * told once and for all, at each opening: an agency has very many rows, what comes after `agency_id` in an index singles out
 * a few, and an index with a `where` holds next to nothing (sqlite.org/lang_analyze.html, "Fixed Results Of ANALYZE", 2026).
 */
export function tellPlanner(db: Database.Database): void {
  db.transaction(() => {
    db.exec('analyze sqlite_schema; delete from sqlite_stat1');
    const tell = db.prepare('insert into sqlite_stat1 (tbl, idx, stat) values (:table, :index, :facts)');
    const tables = db.prepare<[], string>(`select name from sqlite_schema where type = 'table' and sql like '%agency_id%without rowid'`).pluck();
    for (const table of tables.all()) {
      for (const { name, origin, partial } of db.pragma(`index_list(${table})`) as IndexRow[]) {
        const columns = (db.pragma(`index_info(${name})`) as unknown[]).length;
        // The primary key of a table without rowid goes by the name of the table.
        tell.run({ table, index: origin === 'pk' ? table : name, facts: factsOf(columns, partial === 1) });
      }
    }
  })();
  // The connection reads them only now.
  db.exec('analyze sqlite_schema');
}

/** Rows in the index, then rows for one value of the first column, of the first two, and so on. */
function factsOf(columns: number, isPartial: boolean): string {
  const rows = isPartial ? 1_000 : 1_000_000;
  const after = Array.from({ length: columns - 1 }, (_, index) => (index === columns - 2 ? 1 : 10));
  return [rows, rows / 2, ...after].join(' ');
}
