import Database from 'better-sqlite3';

type SchemaRow = { type: string; name: string; sql: string | null };
const systemTables = ['sqlite_sequence', 'sqlite_stat1'];

/**
 * A database as SQL text: schema, rows and `user_version`. A full-text table is created again and then gets the rows of its shadow
 * tables, so that its content is exactly the same.
 */
export function dumpDatabase(path: string): string {
  const db = new Database(path, { readonly: true });
  try {
    const schema = db.prepare<[], SchemaRow>(`select type, name, sql from sqlite_schema order by rowid`).all();
    const tables = schema.filter(({ type }) => type === 'table');
    const virtual = tables.filter(({ sql }) => isVirtual(sql));
    const isShadow = (name: string) => virtual.some((table) => name.startsWith(`${table.name}_`));
    const plain = tables.filter(({ name, sql }) => !isVirtual(sql) && !isShadow(name) && !name.startsWith('sqlite_'));
    const shadows = tables.filter(({ name }) => isShadow(name));
    const kept = tables.filter(({ name }) => systemTables.includes(name));
    return [
      'begin;',
      ...plain.map(({ sql }) => `${sql};`),
      ...virtual.map(({ sql }) => `${sql};`),
      // Creates sqlite_stat1, which cannot be created by name.
      ...(kept.some(({ name }) => name === 'sqlite_stat1') ? ['analyze sqlite_schema;'] : []),
      ...plain.flatMap(({ name }) => rowsOf(db, name)),
      ...[...shadows, ...kept].flatMap(({ name }) => [`delete from ${name};`, ...rowsOf(db, name)]),
      ...schema.flatMap(({ type, sql }) => (type === 'table' || sql === null ? [] : [`${sql};`])),
      `pragma user_version = ${String(db.pragma('user_version', { simple: true }))};`,
      `pragma application_id = ${String(db.pragma('application_id', { simple: true }))};`,
      'commit;',
      '',
    ].join('\n');
  } finally {
    db.close();
  }
}

function isVirtual(sql: string | null): boolean {
  return /^create virtual table/i.test(sql ?? '');
}

function rowsOf(db: Database.Database, table: string): string[] {
  const columns = (db.pragma(`table_info(${table})`) as { name: string }[]).map(({ name }) => name);
  const values = columns.map((name) => `quote("${name}")`).join(` || ', ' || `);
  return db
    .prepare<[], string>(`select ${values} from ${table}`)
    .pluck()
    .all()
    .map((row) => `insert into ${table} (${columns.join(', ')}) values (${row});`);
}
