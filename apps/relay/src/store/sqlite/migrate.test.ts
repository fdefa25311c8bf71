import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Migration } from '../migration.ts';
import { migrations, schemaVersion } from '../migrations/in-order.ts';
import { migrate, schemaStateOf } from './migrate.ts';
import { openSqliteStore } from './open.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'transom-migrate-'));
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});
const inFolder = (name: string): string => join(folder, name);

/** Everything that makes up a version: its number, its tables, and which relays may use it. */
function shapeOf(db: Database.Database) {
  const tables = db
    .prepare(`select type, name, sql from sqlite_schema where name not like 'sqlite_%' order by name`)
    .all();
  return { ...schemaStateOf(db), tables };
}

function shapeAt(path: string) {
  const db = new Database(path);
  try {
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
    return shapeOf(db);
  } finally {
    db.close();
  }
}

/** What each whole version looks like, from the empty file on. */
function wholeVersions() {
  const db = new Database(':memory:');
  const versions = [shapeOf(db)];
  migrations.forEach((_, index) => {
    migrate(db, migrations.slice(0, index + 1));
    versions.push(shapeOf(db));
  });
  db.close();
  return versions;
}

it('leaves a whole version, whichever statement the process is killed after', () => {
  const versions = wholeVersions();
  const db = new Database(inFolder('transom.db'));
  db.pragma('journal_mode = WAL');
  // So small that what is not committed yet must go to the file.
  db.pragma('cache_size = 1');
  const left: number[] = [];
  const real = Database.prototype.exec;
  vi.spyOn(Database.prototype, 'exec').mockImplementation(function (this: Database.Database, sql) {
    real.call(this, sql);
    // A killed process leaves what it has written to its files, and its locks go with it.
    const killed = inFolder(`killed-${left.length}.db`);
    for (const ending of ['', '-wal'])
      if (existsSync(db.name + ending)) copyFileSync(db.name + ending, killed + ending);
    const { version, ...shape } = shapeAt(killed);
    expect({ version, ...shape }).toEqual(versions[version]);
    left.push(version);
    return this;
  });
  migrate(db);
  vi.restoreAllMocks();
  // Before its commit a step has not happened, whatever it has done already.
  expect(new Set(left)).toEqual(new Set(migrations.map((_, index) => index)));
  expect(left.length).toBeGreaterThan(100);
  expect(shapeOf(db)).toEqual(versions.at(-1));
  db.close();
});

const killing = `
  import { createRequire } from 'node:module';
  const [, path, driver, migrating, at] = process.argv;
  const Database = createRequire(driver)('better-sqlite3');
  const { migrate } = await import(migrating);
  const db = new Database(path);
  db.pragma('journal_mode = WAL');
  const real = Database.prototype.exec;
  let statements = 0;
  Database.prototype.exec = function (sql) {
    real.call(this, sql);
    if ((statements += 1) === Number(at)) process.kill(process.pid, 'SIGKILL');
    return this;
  };
  migrate(db);
`;

it.each([1, 40, 90, 99])('opens a database whose migration was killed after statement %d', async (at) => {
  const path = inFolder('transom.db');
  const args = [path, import.meta.filename, new URL('./migrate.ts', import.meta.url).href, `${at}`];
  const child = spawn(process.execPath, ['--input-type=module', '--eval', killing, ...args], { stdio: 'inherit' });
  const [, signal] = (await once(child, 'close')) as [number | null, string | null];
  expect(signal).toBe('SIGKILL');
  const versions = wholeVersions();
  const { version } = shapeAt(path);
  expect(shapeAt(path)).toEqual(versions[version]);
  await openSqliteStore(path).close();
  expect(shapeAt(path).version).toBe(schemaVersion);
});

const later = (compatibleWith: number, sql = 'alter table probes add column later text;'): Migration => ({
  compatibleWith,
  sql,
});

/** A database left by a relay that knows further steps. */
function openLater(...steps: readonly Migration[]): void {
  const db = new Database(inFolder('transom.db'));
  migrate(db, [...migrations, ...steps]);
  db.close();
}

it('opens a newer database that allows it, and leaves it at its version', async () => {
  openLater(later(schemaVersion));
  const store = openSqliteStore(inFolder('transom.db'));
  const insert = `insert into probes (name, at) values ('an older relay', 1)`;
  expect(await store.write((tx) => tx.run(insert))).toBe(1);
  await store.close();
  expect(shapeAt(inFolder('transom.db')).version).toBe(schemaVersion + 1);
  // The newer relay comes back, and has nothing to do.
  openLater(later(schemaVersion));
  expect(shapeAt(inFolder('transom.db'))).toMatchObject({ version: schemaVersion + 1, compatibleWith: schemaVersion });
});

it.each([
  ['its last step excludes it', [later(schemaVersion + 1)]],
  [
    'an earlier step excludes it, and the last one only adds',
    [later(schemaVersion + 1), later(schemaVersion, 'alter table probes add column last text;')],
  ],
])('refuses a newer database if %s', (_, steps) => {
  openLater(...steps);
  const before = shapeAt(inFolder('transom.db'));
  const version = schemaVersion + steps.length;
  expect(() => openSqliteStore(inFolder('transom.db'))).toThrow(
    expect.objectContaining({ reason: 'newer', message: expect.stringContaining(`has version ${version}`) }),
  );
  expect(shapeAt(inFolder('transom.db'))).toEqual(before);
});

it('has no step that lets in a relay that does not check', () => {
  migrations.forEach(({ compatibleWith }, index) => {
    expect(compatibleWith).toBeGreaterThanOrEqual(Math.min(index + 1, 9));
    expect(compatibleWith).toBeLessThanOrEqual(index + 1);
  });
});
