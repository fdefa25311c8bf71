import { StoreError } from './errors.ts';

export type Dialect = 'sqlite' | 'postgresql';

/**
 * One step from a version of the tables to the next, forward only: SQL that both databases understand. A statement ends with `;` at the
 * end of a line. A line that ends with `-- only: sqlite` or `-- only: postgresql` is for that database.
 *
 * `integer` always means 64 bits, and `strict` and `without rowid` are advice about how rows are kept, which a store may leave out.
 */
export type Migration = {
  /**
   * The oldest version whose relay may still use the database after this step: it neither misses anything that it reads nor omits anything
   * that the newer relay needs. The step's own number if none may.
   */
  readonly compatibleWith: number;
  /** A function if the step depends on whether a column is there. */
  readonly sql: string | ((hasColumn: HasColumn) => string);
};

type HasColumn = (table: string, column: string) => boolean;

const onlyFor = /\s*-- only: (\w+)$/;

export function statementsOf({ sql }: Migration, dialect: Dialect, hasColumn: HasColumn): string[] {
  const text = typeof sql === 'string' ? sql : sql(hasColumn);
  const statements: string[] = [];
  let lines: string[] = [];
  for (const line of text.split('\n')) {
    const only = onlyFor.exec(line)?.[1];
    if (line.trim() === '' || (only !== undefined && only !== dialect)) continue;
    const own = line.replace(onlyFor, '');
    lines.push(own);
    if (!own.endsWith(';') || own.startsWith('--')) continue;
    statements.push(lines.join('\n'));
    lines = [];
  }
  return statements;
}

/** How far a database is, and which relays may use it. */
export type SchemaState = { readonly version: number; readonly compatibleWith: number };

/** Whether a relay that knows versions up to `known` must leave it alone. */
export function isTooNew({ version, compatibleWith }: SchemaState, known: number): boolean {
  return version > known && compatibleWith > known;
}

export function tooNew({ version }: SchemaState, known: number): StoreError {
  return new StoreError(
    'newer',
    `This database has version ${version}; this relay knows versions up to ${known}. ` +
      'A newer relay wrote it: start that one, or restore a backup made before the upgrade. Nothing was changed.',
  );
}
