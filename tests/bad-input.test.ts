import { execFile, spawnSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { relayScript } from '../build/ensure-built.ts';
import { type Stack, startStack } from '../build/stack/stack.ts';
import { until } from '../build/stack/until.ts';

/** Bad input anywhere gets a sentence that says what is wrong and what to do, and loses nothing. */
const folder = mkdtempSync(join(tmpdir(), 'transom-bad-'));
let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(async () => {
  await stack?.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('starting the relay', () => {
  test('a setting that makes no sense is named', async () => {
    const { code, stderr } = await relay({ PORT: 'eighty', DATABASE_URL: 'oracle:somewhere' }, 'serve');
    expect(code).toBe(1);
    expect(stderr).toMatch(/PORT is "eighty"/);
    expect(stderr).toMatch(/DATABASE_URL has an unknown form/);
  });

  test('a database whose master key is missing is not opened with a new one', async () => {
    const env = {
      DATABASE_URL: `sqlite:${folder}/keyless.db`,
      TRANSOM_MASTER_KEY_FILE: `${folder}/keyless.key`,
      PORT: '0',
    };
    await relay(env, 'setup', '--agency', 'Keyless');
    rmSync(env.TRANSOM_MASTER_KEY_FILE);
    const { code, stderr } = await relay(env, 'serve');
    expect(code).toBe(1);
    expect(stderr).toMatch(/master key/);
    expect(existsSync(env.TRANSOM_MASTER_KEY_FILE)).toBe(false);
  });

  test('a second relay on the same database is refused', async () => {
    const { code, stderr } = await relay({ ...stack.env, PORT: '0' }, 'serve');
    expect(code).toBe(1);
    expect(stderr).toMatch(/Another relay is serving/);
  });

  test('a port in use is named', async () => {
    const env = {
      ...stack.env,
      DATABASE_URL: `sqlite:${folder}/other/transom.db`,
      TRANSOM_MASTER_KEY_FILE: `${folder}/other.key`,
    };
    await relay(env, 'setup', '--agency', 'Other');
    const { code, stderr } = await relay(env, 'serve');
    expect(code).toBe(1);
    expect(stderr).toMatch(new RegExp(`Port ${stack.env['PORT']} of 127.0.0.1 is taken`));
  });

  test('a database of a newer version is refused and not touched', async () => {
    const path = join(folder, 'newer.db');
    const env = { DATABASE_URL: `sqlite:${path}`, TRANSOM_MASTER_KEY_FILE: `${folder}/newer.key`, PORT: '0' };
    await relay(env, 'setup', '--agency', 'Newer');
    const db = new Database(path);
    db.pragma('user_version = 99');
    db.exec('update schema_compatibility set compatible_with = 99');
    db.close();
    const { code, stderr } = await relay(env, 'serve');
    expect(code).toBe(1);
    expect(stderr).toMatch(/version 99/);
    const after = new Database(path, { readonly: true });
    expect(after.pragma('user_version', { simple: true })).toBe(99);
    after.close();
  });

  test('an old Node is told what to install', () => {
    const old = ['/usr/bin/node', '/usr/local/bin/node'].find(
      (path) => majorOf(path) !== null && (majorOf(path) ?? 24) < 24,
    );
    if (old === undefined) {
      console.warn('skipped: this machine has no Node older than 24 to try');
      return;
    }
    // One file is what an operator installs; an old Node could not even read the sources.
    const { status, stderr } = spawnSync(old, [relayScript, 'serve'], { encoding: 'utf8' });
    expect(status).toBe(1);
    expect(stderr).toMatch(/Node 24/);
  });
});

describe('what comes over the wire', () => {
  test('signed nonsense is kept, counted, answered 200, and in nobody\u2019s way', async () => {
    const before = count("select count(*) from deliveries where state = 'done'");
    expect(await deliver('{"object": "instagram", "entry": [')).toBe(200);
    expect(await deliver(JSON.stringify({ object: 'planet', entry: [{ id: 'x', what: { is: ['this'] } }] }))).toBe(200);
    await until(
      'both are looked at',
      async () => count("select count(*) from deliveries where state = 'done'") === before + 2 || undefined,
    );
    expect(count("select count(*) from deliveries where state = 'failed'")).toBe(0);
    expect(count("select count(*) from deliveries where cast(body as text) like '%planet%'")).toBe(1);
  });

  test('a body above eight megabytes is refused', async () => {
    expect(await deliver(`{"x":"${'y'.repeat(8 * 1024 * 1024)}"}`)).toBe(413);
  });

  test('a malformed call of the API gets a problem document', async () => {
    const response = await fetch(`${stack.relayUrl}/api/devices`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"code":',
    });
    expect(response.status).toBe(400);
    expect(response.headers.get('content-type')).toMatch(/application\/problem\+json/);
    expect(await response.json()).toMatchObject({ code: 'invalid_request', status: 400 });
  });
});

async function deliver(body: string): Promise<number> {
  const signature = createHmac('sha256', stack.env['INSTAGRAM_APP_SECRET']!).update(body).digest('hex');
  const response = await fetch(`${stack.relayUrl}/api/webhooks/instagram`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-hub-signature-256': `sha256=${signature}` },
    body,
  });
  return response.status;
}

function count(sql: string): number {
  const db = new Database(join(stack.dir, 'data/transom.db'), { readonly: true });
  try {
    return db.prepare(sql).pluck().get() as number;
  } finally {
    db.close();
  }
}

function majorOf(node: string): number | null {
  const { status, stdout } = spawnSync(node, ['-p', 'process.versions.node.split(".")[0]'], { encoding: 'utf8' });
  return status === 0 ? Number(stdout) : null;
}

function relay(env: Record<string, string>, ...args: string[]): Promise<{ code: number; stderr: string }> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [relayScript, ...args],
      { env: { PATH: process.env['PATH'], ...env }, timeout: 20_000 },
      (error, _stdout, stderr) => resolve({ code: error === null ? 0 : Number(error.code ?? -1), stderr }),
    );
  });
}
