import Database from 'better-sqlite3';

type Asking = { readonly source: string };
type Ask = (this: Asking, ...args: unknown[]) => unknown;

/**
 * SQLite never aborts a transaction that has begun to write, because nobody else writes meanwhile. This makes its driver say that it did,
 * with SQLite's code for it, so that tests can see what follows. `isMet` is asked about each statement that is run, by its text. Returns a
 * function that stops this.
 */
export function meetConflicts(isMet: (sql: string) => boolean): () => void {
  const db = new Database(':memory:');
  const prepared = Object.getPrototypeOf(db.prepare('select 1')) as Record<'run' | 'get' | 'all', Ask>;
  db.close();
  const real = { run: prepared.run, get: prepared.get, all: prepared.all };
  for (const name of ['run', 'get', 'all'] as const)
    prepared[name] = function (this: Asking, ...args) {
      if (isMet(this.source)) throw new Database.SqliteError('database is locked', 'SQLITE_BUSY_SNAPSHOT');
      return real[name].apply(this, args);
    };
  return () => void Object.assign(prepared, real);
}

/** From here on each write meets a conflict at its first commit, and is rerun. */
export function meetOneInEveryWrite(): () => void {
  let run = 0;
  return meetConflicts((sql) => {
    if (sql === 'begin') run = 0;
    if (sql === 'begin immediate') run += 1;
    if (sql !== 'commit' || run !== 1) {
      if (sql === 'commit') run = 0;
      return false;
    }
    return true;
  });
}
