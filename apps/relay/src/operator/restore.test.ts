import {
  copyFileSync,
  cpSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { firstTables } from '../store/migrations/0001-first-tables.ts';
import { lockForServing } from '../store/sqlite/lock.ts';
import { applyMigration } from '../store/sqlite/migrate.ts';
import { openSqliteStore } from '../store/sqlite/open.ts';
import { runCommand } from './run-command.ts';
import { runKilledAt } from './testing/run-killed-at.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'transom-restore-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const inFolder = (name: string): string => join(folder, name);
const environment = (path: string) => ({ DATABASE_URL: `sqlite:${path}` });

async function run(...args: string[]): Promise<{ code: number; people: string }> {
  let people = '';
  const output = { machine: () => undefined, people: (line: string) => void (people += `${line}\n`) };
  const code = await runCommand(args, environment(inFolder('transom.db')), output);
  return { code, people };
}

/** A database as a killed relay leaves it: the last webhooks are only in the log. */
async function killedDatabase(path: string, ...routes: string[]): Promise<void> {
  const made = `${path}.made`;
  const store = openSqliteStore(made);
  await store.forgetRemoved();
  for (const route of routes) {
    await store.write((tx) =>
      tx.run(
        `insert into deliveries (received_at, route, signed_by, body, state) values (1, :route, 's', :body, 'done')`,
        { route, body: Buffer.from('{}') },
      ),
    );
  }
  for (const ending of ['', '-wal']) copyFileSync(made + ending, path + ending);
  await store.close();
  rmSync(made);
}

/** What a relay would find, log included; read from a copy, so that looking changes nothing. */
function routesIn(path: string): string[] {
  const copy = `${path}.looked-at`;
  for (const ending of ['', '-wal']) {
    rmSync(copy + ending, { force: true });
    if (existsSync(path + ending)) copyFileSync(path + ending, copy + ending);
  }
  const db = new Database(copy);
  expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
  const routes = db.prepare<[], string>('select route from deliveries order by id').pluck().all();
  db.close();
  for (const ending of ['', '-wal', '-shm']) rmSync(copy + ending, { force: true });
  return routes;
}

function bytesOf(...names: string[]): string[] {
  return names.map((name) => (existsSync(inFolder(name)) ? readFileSync(inFolder(name)).toString('base64') : 'none'));
}

it('takes what is only in the log of its source, and leaves the source and its log as they are', async () => {
  await killedDatabase(inFolder('source.db'), 'one', 'two');
  const source = bytesOf('source.db', 'source.db-wal');
  expect(await run('restore', '--from', inFolder('source.db'))).toMatchObject({ code: 0 });
  expect(routesIn(inFolder('transom.db'))).toEqual(['one', 'two']);
  expect(bytesOf('source.db', 'source.db-wal')).toEqual(source);
});

it('keeps what was there, log included, so that going back loses nothing', async () => {
  await killedDatabase(inFolder('transom.db'), 'acknowledged');
  await killedDatabase(inFolder('old.db'), 'old');
  await run('restore', '--from', inFolder('old.db'));
  const kept = readdirSync(folder).find((name) => /^transom\.db\.before-restore-\d+$/.test(name));
  expect(routesIn(inFolder(kept ?? 'none'))).toEqual(['acknowledged']);
  expect(await run('restore', '--from', inFolder(kept ?? 'none'))).toMatchObject({ code: 0 });
  expect(routesIn(inFolder('transom.db'))).toEqual(['acknowledged']);
});

it('touches nothing while a relay serves, whatever it is asked to restore', async () => {
  await killedDatabase(inFolder('transom.db'), 'acknowledged');
  const before = bytesOf('transom.db', 'transom.db-wal');
  const unlock = await lockForServing(inFolder('transom.db'));
  for (const from of ['transom.db', 'missing.db']) {
    expect(await run('restore', '--from', inFolder(from))).toMatchObject({
      code: 1,
      people: expect.stringContaining('Another relay is serving'),
    });
  }
  expect(bytesOf('transom.db', 'transom.db-wal')).toEqual(before);
  unlock();
});

it('refuses the database itself, by every name that it has', async () => {
  await killedDatabase(inFolder('transom.db'), 'acknowledged');
  symlinkSync(inFolder('transom.db'), inFolder('symbolic.db'));
  linkSync(inFolder('transom.db'), inFolder('hard.db'));
  const before = bytesOf('transom.db', 'transom.db-wal');
  for (const name of ['transom.db', 'symbolic.db', 'hard.db']) {
    expect(await run('restore', '--from', inFolder(name))).toMatchObject({
      code: 1,
      people: expect.stringContaining('is the database itself'),
    });
  }
  expect(bytesOf('transom.db', 'transom.db-wal')).toEqual(before);
});

it.each<[string, string, (path: string) => Promise<void>]>([
  ['an empty file', 'is empty', async (path) => writeFileSync(path, '')],
  [
    'a database of another program',
    'not a database of Transom',
    async (path) => void new Database(path).exec('create table recipes (name text)').close(),
  ],
  [
    'a database marked as that of another program',
    'not a database of Transom',
    async (path) => {
      openSqliteStore(path);
      const db = new Database(path);
      db.pragma('application_id = 7');
      db.close();
    },
  ],
  [
    'a copy that does not match its checksum',
    'changed or damaged',
    async (path) => {
      await killedDatabase(path, 'one');
      writeFileSync(`${path}.sha256`, `${'0'.repeat(64)}  bad.db\n`);
    },
  ],
  [
    'a copy that was cut off',
    'Nothing was changed',
    async (path) => {
      await killedDatabase(path, 'one');
      rmSync(`${path}-wal`);
      writeFileSync(path, readFileSync(path).subarray(0, 20_000));
    },
  ],
])('refuses %s, and changes nothing', async (_, words, make) => {
  await killedDatabase(inFolder('transom.db'), 'acknowledged');
  await make(inFolder('bad.db'));
  const before = bytesOf('transom.db', 'transom.db-wal', 'bad.db');
  expect(await run('restore', '--from', inFolder('bad.db'))).toMatchObject({
    code: 1,
    people: expect.stringContaining(words),
  });
  expect(bytesOf('transom.db', 'transom.db-wal', 'bad.db')).toEqual(before);
});

it('checks a backup against the checksum that was written beside it', async () => {
  await killedDatabase(inFolder('transom.db'), 'one');
  await run('backup', '--to', inFolder('copy.db'));
  expect(readFileSync(inFolder('copy.db.sha256'), 'utf8')).toMatch(/^[0-9a-f]{64} {2}copy\.db\n$/);
  expect(await run('restore', '--from', inFolder('copy.db'))).toMatchObject({ code: 0 });
  expect(routesIn(inFolder('transom.db'))).toEqual(['one']);
});

it('accepts a backup of the first version, which does not identify itself', async () => {
  const db = new Database(inFolder('first.db'));
  applyMigration(db, firstTables);
  db.pragma('user_version = 1');
  db.exec(
    `insert into deliveries (received_at, route, signed_by, body) values (1, 'of the first version', 's', x'7b7d')`,
  );
  db.close();
  expect(await run('restore', '--from', inFolder('first.db'))).toMatchObject({ code: 0 });
  expect(routesIn(inFolder('transom.db'))).toEqual(['of the first version']);
});

it('gives a reply in doubt all its look-ups, however often it was tried', async () => {
  const store = openSqliteStore(inFolder('tried.db'));
  await store.write((tx) =>
    tx.run(`insert into agencies (id, name, plan, epoch, data_key, created_at) values ('a', 'A', 'plus', 'e', 'k', 1)`),
  );
  await store.close();
  const db = new Database(inFolder('tried.db'));
  db.exec(`insert into messages (agency_id, id, conversation_id, account_id, direction, kind, text, sent_at, received_at, state, origin,
    metadata, next_attempt_at, attempts) values ('a', 'm', 'c', 'ac', 'outbound', 'text', 'Hi', 5, 5, 'queued', 'desk', '{}', 5, 4)`);
  db.close();
  await run('restore', '--from', inFolder('tried.db'));
  const restored = new Database(inFolder('transom.db'), { readonly: true });
  expect(restored.prepare('select state, attempts from messages').get()).toEqual({ state: 'unconfirmed', attempts: 0 });
  restored.close();
});

const restoreKilledAt = (within: string, at: number) =>
  runKilledAt({
    command: ['restore', '--from', join(within, 'old.db')],
    databasePath: join(within, 'transom.db'),
    counted: ['openSync', 'fsyncSync', 'renameSync', 'linkSync', 'rmSync', 'chmodSync', 'writeSync', 'readdirSync'],
    at,
  });

it('has either happened or not, wherever it is killed, and works the next time', async () => {
  mkdirSync(inFolder('whole'));
  await killedDatabase(inFolder('whole/transom.db'), 'acknowledged');
  await killedDatabase(inFolder('whole/old.db'), 'old');
  const source = bytesOf('whole/old.db', 'whole/old.db-wal');
  cpSync(inFolder('whole'), inFolder('first'), { recursive: true });
  const { calls } = await restoreKilledAt(inFolder('first'), 0);
  expect(calls).toBeGreaterThan(10);

  const seen = new Set<string>();
  // Every call of the exchange at the end, and every third of those that prepare it.
  const points = Array.from({ length: calls }, (_, index) => index + 1).filter((at) => at > calls - 12 || at % 3 === 1);
  for (const at of points) {
    const within = `killed-${at}`;
    cpSync(inFolder('whole'), inFolder(within), { recursive: true });
    expect(await restoreKilledAt(inFolder(within), at)).toMatchObject({ signal: 'SIGKILL' });
    const routes = routesIn(inFolder(`${within}/transom.db`));
    expect([['acknowledged'], ['old']]).toContainEqual(routes);
    seen.add(routes.join());
    expect(bytesOf(`${within}/old.db`, `${within}/old.db-wal`)).toEqual(source);
    if (routes[0] === 'acknowledged') continue;
    const kept = readdirSync(inFolder(within)).find((name) => /before-restore-\d+$/.test(name));
    expect(routesIn(inFolder(`${within}/${kept}`))).toEqual(['acknowledged']);
  }
  expect(seen).toEqual(new Set(['acknowledged', 'old']));

  const last = inFolder(`killed-${points[3]}`);
  const output = { machine: () => undefined, people: () => undefined };
  expect(
    await runCommand(['restore', '--from', join(last, 'old.db')], environment(join(last, 'transom.db')), output),
  ).toBe(0);
  expect(routesIn(join(last, 'transom.db'))).toEqual(['old']);
  expect(readdirSync(last).filter((name) => name.includes('restoring'))).toEqual([]);
}, 120_000);

it('clears away whatever a killed restore left, even if the file system has no hard links', async () => {
  await killedDatabase(inFolder('transom.db'), 'acknowledged');
  await killedDatabase(inFolder('old.db'), 'old');
  await killedDatabase(inFolder('transom.db.before-restore-1'), 'kept by an earlier restore');
  writeFileSync(inFolder('transom.db.before-restore-2.part'), 'words of a buyer');
  linkSync(inFolder('transom.db'), inFolder('transom.db.before-restore-3'));
  linkSync(inFolder('transom.db-wal'), inFolder('transom.db.before-restore-3-wal'));
  for (const ending of ['', '-copy', '-copy-wal', '-copy.part', '-copy.part-journal'])
    writeFileSync(inFolder(`transom.db.restoring${ending}`), 'words of a buyer');
  expect(await run('restore', '--from', inFolder('old.db'))).toMatchObject({ code: 0 });
  const left = readdirSync(folder).filter((name) => /restoring|before-restore-\d(?!\d)/.test(name));
  expect(left.toSorted()).toEqual(['transom.db.before-restore-1', 'transom.db.before-restore-1-wal']);
  expect(routesIn(inFolder('transom.db'))).toEqual(['old']);
});
