import type { Db, Explainable } from '../cache/open.ts';

/** SQLite's plan of each prepared query, one text per query. */
export function plansOf(db: Db, statements: Explainable): [string, string][] {
  return Object.entries(statements).map(([name, { source }]) => {
    const steps = db.prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${source}`);
    const parameters = source.split('?').length - 1;
    return [
      name,
      steps
        .all(...Array<null>(parameters).fill(null))
        .map(({ detail }) => detail)
        .join('\n'),
    ];
  });
}
