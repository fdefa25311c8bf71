import { chmodSync, copyFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createAgency } from '../people/create-agency.ts';
import type { Store } from '../store/port.ts';
import { openSqliteStore } from '../store/sqlite/open.ts';
import { ensureMasterKey, readMasterKeys } from './master-key.ts';
import { rotateMasterKey, Vault } from './vault.ts';

let folder: string;
let keyFile: string;
let store: Store;
let vault: Vault;
let agencyId: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'transom-vault-'));
  keyFile = join(folder, 'secrets', 'master.key');
  ensureMasterKey(keyFile);
  store = openSqliteStore(join(folder, 'transom.db'));
  vault = new Vault(keyFile);
  ({ agencyId } = await createAgency({ store, vault }, { name: 'A', plan: 'plus' }, 1));
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

const seal = (purpose: string, plaintext: string, agency = agencyId) =>
  store.forAgency(agency).read((tx) => vault.seal(tx, purpose, plaintext));
const open = (purpose: string, blob: string, agency = agencyId) =>
  store.forAgency(agency).read((tx) => vault.open(tx, purpose, blob));

describe('master key file', () => {
  test('is made for its owner only, and never recreated', () => {
    expect(statSync(keyFile).mode & 0o777).toBe(0o600);
    const before = readFileSync(keyFile, 'utf8');
    expect(Buffer.from(before, 'base64')).toHaveLength(32);
    expect(ensureMasterKey(keyFile)).toBe(false);
    expect(readFileSync(keyFile, 'utf8')).toBe(before);
  });

  test.each([0o644, 0o640, 0o604])('with mode %o is refused with the command that helps', (mode) => {
    chmodSync(keyFile, mode);
    expect(() => readMasterKeys(keyFile)).toThrow(`chmod 600 ${keyFile}`);
  });

  test('damaged, empty or absent is refused', () => {
    writeFileSync(keyFile, 'c2hvcnQ=\n');
    expect(() => readMasterKeys(keyFile)).toThrow('damaged');
    writeFileSync(keyFile, '\n');
    expect(() => readMasterKeys(keyFile)).toThrow('empty');
    rmSync(keyFile);
    expect(() => new Vault(keyFile)).toThrow('There is no master key');
  });
});

describe('sealed secrets', () => {
  test('open again, and the blob shows nothing', async () => {
    const blob = await seal('token:1', 'EAAsecret🌊');
    expect(blob).toMatch(/^v1\.[0-9a-f]{12}\.[\w-]+\.[\w-]+\.[\w-]+$/);
    expect(blob).not.toContain('EAAsecret');
    expect(await open('token:1', blob)).toBe('EAAsecret🌊');
  });

  test('are different each time', async () => {
    expect(await seal('token:1', 'x')).not.toBe(await seal('token:1', 'x'));
  });

  test('do not open for another purpose or another agency', async () => {
    const blob = await seal('token:1', 'x');
    await expect(open('token:2', blob)).rejects.toThrow('does not open');
    const other = await createAgency({ store, vault }, { name: 'B', plan: 'plus' }, 1);
    await expect(open('token:1', blob, other.agencyId)).rejects.toThrow('does not open');
  });

  test('do not open when another agency got the data key of the first', async () => {
    const blob = await seal('token:1', 'x');
    const other = await createAgency({ store, vault }, { name: 'B', plan: 'plus' }, 1);
    await store.write(async (tx) => {
      const row = await tx.get<{ data_key: string }>(`select data_key from agencies where id = :agencyId`, {
        agencyId,
      });
      await tx.run(`update agencies set data_key = :dataKey where id = :id`, {
        dataKey: row!.data_key,
        id: other.agencyId,
      });
    });
    await expect(open('token:1', blob, other.agencyId)).rejects.toThrow('does not open');
  });

  test.each([2, 3, 4])('do not open when part %i was changed', async (part) => {
    const parts = (await seal('token:1', 'secret')).split('.');
    const bytes = Buffer.from(parts[part]!, 'base64url');
    bytes[0]! ^= 1;
    parts[part] = bytes.toString('base64url');
    await expect(open('token:1', parts.join('.'))).rejects.toThrow('does not open');
  });

  test('do not open with a shortened tag', async () => {
    const parts = (await seal('token:1', 'secret')).split('.');
    parts[4] = Buffer.from(parts[4]!, 'base64url').subarray(0, 4).toString('base64url');
    await expect(open('token:1', parts.join('.'))).rejects.toThrow('does not open');
  });
});

describe('rotation', () => {
  test('a vault that was open before keeps working, and a new one opens everything', async () => {
    const blob = await seal('token:1', 'secret');
    const first = readMasterKeys(keyFile)[0];
    expect(await rotateMasterKey(store, keyFile)).toMatchObject({ rewrapped: 1 });
    const keys = readMasterKeys(keyFile);
    expect(keys).toHaveLength(2);
    expect(keys[1]).toEqual(first);
    expect(statSync(keyFile).mode & 0o777).toBe(0o600);
    expect(await open('token:1', blob)).toBe('secret');
    vault = new Vault(keyFile);
    expect(await open('token:1', blob)).toBe('secret');
  });

  test('the database needs only the new key afterwards, and says which one is missing', async () => {
    const blob = await seal('token:1', 'secret');
    copyFileSync(keyFile, `${keyFile}.old`);
    await rotateMasterKey(store, keyFile);
    const [present] = readMasterKeys(keyFile);
    writeFileSync(keyFile, `${present.toString('base64')}\n`);
    vault = new Vault(keyFile);
    expect(await open('token:1', blob)).toBe('secret');
    copyFileSync(`${keyFile}.old`, keyFile);
    vault = new Vault(keyFile);
    await expect(open('token:1', blob)).rejects.toThrow('does not hold the key');
  });
});
