import type { AgencyTx, SqlValue } from '../store/port.ts';

type Row<Column extends string> = { readonly [K in Column]: SqlValue };

/** Rows per statement; each size is prepared once. */
const sizes = [16, 4, 1] as const;
const statements = new Map<string, string>();

/**
 * Inserts rows for the agency, several per statement. `into` names the table and its columns: `agency_id` first, the rest in the order of
 * `columns`.
 */
export async function insertRows<Column extends string>(
  tx: AgencyTx,
  into: string,
  columns: readonly Column[],
  rows: readonly Row<Column>[],
): Promise<void> {
  for (let from = 0; from < rows.length; ) {
    const size = sizes.find((each) => each <= rows.length - from) ?? 1;
    const params: Record<string, SqlValue> = {};
    rows.slice(from, from + size).forEach((row, index) => {
      for (const column of columns) params[`${column}${index}`] = row[column];
    });
    await tx.run(statementFor(into, columns, size), params);
    from += size;
  }
}

function statementFor(into: string, columns: readonly string[], size: number): string {
  const key = `${into} ${size}`;
  const known = statements.get(key);
  if (known !== undefined) return known;
  const row = (index: number) => `(:agency, ${columns.map((column) => `:${column}${index}`).join(', ')})`;
  const sql = `insert into ${into} values ${Array.from({ length: size }, (_, index) => row(index)).join(', ')}`;
  statements.set(key, sql);
  return sql;
}
