import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSimulator } from '@transom/simulator';
import Database from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { runCommand } from './run-command.ts';

test('the doctor and the list of accounts name an account whose calls Meta refuses, with the reason', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'transom-doctor-'));
  const simulator = await startSimulator({ instagramAppSecret: 'is', facebookAppSecret: 'fs' });
  onTestFinished(async () => {
    await simulator.close();
    rmSync(folder, { recursive: true });
  });
  const databasePath = join(folder, 'transom.db');
  const env = {
    DATABASE_URL: `sqlite:${databasePath}`,
    TRANSOM_MASTER_KEY_FILE: join(folder, 'master.key'),
    META_INSTAGRAM_GRAPH_URL: `${simulator.url}/instagram`,
  };
  const run = async (...args: readonly string[]) => {
    const lines: string[] = [];
    await runCommand(args, env, { machine: (line) => lines.push(line), people: (line) => lines.push(line) });
    return lines;
  };
  const { token } = await simulator.client.addAccount({ channel: 'instagram', name: 'Fjord', username: 'fjord' });
  writeFileSync(join(folder, 'token'), token);
  await run('setup', '--agency', 'Fjord', '--plan', 'plus');
  await run('account', 'add', '--channel', 'instagram', '--token-file', join(folder, 'token'));
  expect(await run('doctor')).toContain('4. accounts: ok. 1 connected, every token opens.');

  const db = new Database(databasePath);
  db.exec(`update accounts set trouble_code = 'calls_refused', trouble_since = 1`);
  db.close();
  expect(await run('doctor')).toContainEqual(
    expect.stringMatching(/^4\. accounts: look\. .*Fjord: Meta refuses every call/),
  );
  expect(await run('account', 'list')).toEqual([expect.stringMatching(/connected {2}Meta refuses every call/)]);
});
