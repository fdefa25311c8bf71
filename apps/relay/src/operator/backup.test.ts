import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { openSqliteStore } from '../store/sqlite/open.ts';
import { runCommand } from './run-command.ts';

/** Another process that stores webhooks without a pause: numbered, two tables in one transaction. */
const writer = `
  import { createRequire } from 'node:module';
  const Database = createRequire(process.argv[2])('better-sqlite3');
  const db = new Database(process.argv[1], { timeout: 5000 });
  db.pragma('synchronous = normal');
  const insert = db.prepare("insert into deliveries (received_at, route, signed_by, body) values (1, 'written', 's', randomblob(2000))");
  const count = db.prepare("update probes set at = at + 1 where name = 'written'");
  const both = db.transaction(() => { insert.run(); count.run(); });
  both.immediate();
  console.log('writing');
  const go = () => { for (let n = 0; n < 20; n += 1) both.immediate(); setTimeout(go, 1); };
  go();
`;

it('ends while another process writes without a pause, and holds one moment of its data', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'transom-backup-'));
  const path = join(folder, 'transom.db');
  const store = openSqliteStore(path);
  await store.close();
  const db = new Database(path);
  db.exec(`insert into probes (name, at) values ('written', 0);
    insert into deliveries (received_at, route, signed_by, body)
      with recursive n(i) as (select 1 union all select i + 1 from n where i < 10000) select 1, 'before', 's', randomblob(2000) from n`);
  db.close();
  const child = spawn(process.execPath, ['--input-type=module', '--eval', writer, path, import.meta.filename], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  const output = { machine: () => undefined, people: () => undefined };
  const began = performance.now();
  const code = await runCommand(
    ['backup', '--to', join(folder, 'copy.db')],
    { DATABASE_URL: `sqlite:${path}` },
    output,
  );
  const tookMs = performance.now() - began;
  expect(child.exitCode).toBeNull();
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(code).toBe(0);
  const copy = new Database(join(folder, 'copy.db'), { readonly: true });
  const written = copy.prepare(`select count(*) from deliveries where route = 'written'`).pluck().get();
  expect(copy.prepare(`select at from probes where name = 'written'`).pluck().get()).toBe(written);
  expect(written).toBeGreaterThan(0);
  copy.close();
  expect(statSync(join(folder, 'copy.db')).mode & 0o777).toBe(0o600);
  // Generous: a copy that started over with every write did not end at all.
  expect(tookMs).toBeLessThan(20_000);
  rmSync(folder, { recursive: true });
}, 60_000);
