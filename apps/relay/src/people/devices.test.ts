import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hourMs, minuteMs, type Role } from '@transom/shared';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AttemptLimit } from '../fair-share/attempt-limit.ts';
import { inWork } from '../ledger/agency-work.ts';
import type { Store } from '../store/port.ts';
import { copyDatabase } from '../store/sqlite/backup.ts';
import { openSqliteStore } from '../store/sqlite/open.ts';
import { verifyTrail } from '../trail/chain.ts';
import { ensureMasterKey } from '../vault/master-key.ts';
import { Vault } from '../vault/vault.ts';
import { hashCode, inviteLifeMs, makeCode, ownerCodeLifeMs } from './codes.ts';
import { createAgency } from './create-agency.ts';
import { authenticate, listDevices, revokeDevice } from './devices.ts';
import { type PairedDevice, pairDevice } from './pairing.ts';

const now = 1_790_000_000_000;
let folder: string;
let store: Store;
let attempts: AttemptLimit;
let agencyId: string;
let ownerCode: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'transom-people-'));
  ensureMasterKey(join(folder, 'master.key'));
  store = openSqliteStore(join(folder, 'transom.db'));
  attempts = new AttemptLimit();
  ({ agencyId, ownerCode } = await createAgency(
    { store, vault: new Vault(join(folder, 'master.key')) },
    { name: 'Nordic Saunas', plan: 'plus' },
    now,
  ));
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

const pair = (code: string, at = now, address: string | null = '10.0.0.1') =>
  pairDevice({ store, attempts }, { code, name: 'Ida', address }, at);

async function paired(code: string): Promise<PairedDevice> {
  const pairing = await pair(code);
  if (!pairing.ok) throw new Error(pairing.refusal.code);
  return pairing.device;
}

function invite(role: Role, personId: string | null = null) {
  return inWork(
    store.forAgency(agencyId),
    () => now,
    async (work) => {
      const made = await makeCode(work, { role, personId, lifeMs: inviteLifeMs, by: 'operator' });
      return made;
    },
  );
}

test('a database that takes no writes, or a clock that is corrected, locks nobody out', async () => {
  const full: Store = { ...store, write: () => Promise.reject(new Error('full')) };
  const request = { code: ownerCode, name: 'Ida', address: '10.0.0.1' };
  for (let n = 0; n < 20; n += 1)
    await expect(pairDevice({ store: full, attempts }, request, now)).rejects.toThrow('full');
  for (const address of ['10.0.0.1', null])
    for (let n = 0; n < 110; n += 1) await pair('AAAAA-AAAAA', now + 20 * hourMs, address);
  expect(await pair('AAAAA-AAAAA', now, null)).toMatchObject({ refusal: { code: 'code_invalid' } });
  expect(await pair(ownerCode)).toMatchObject({ ok: true });
});

test('the owner code makes the owner and a device, whose token identifies them', async () => {
  const device = await paired(ownerCode);
  expect(device).toMatchObject({
    agency: { id: agencyId, name: 'Nordic Saunas' },
    person: { name: 'Ida', role: 'owner' },
  });
  expect(Buffer.from(device.deviceToken, 'base64url')).toHaveLength(32);
  expect(await authenticate(store, device.deviceToken)).toEqual({
    agencyId,
    person: device.person,
    deviceId: device.deviceId,
  });
  expect(await authenticate(store, `${device.deviceToken}x`)).toBe('unknown');
  expect(await store.forAgency(agencyId).read(verifyTrail)).toMatchObject({ ok: true, entries: 4 });
});

test('codes are ten characters of Crockford base 32, forgiving in how they are typed', async () => {
  expect(ownerCode).toMatch(/^[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}$/);
  expect(hashCode('o1il0-abcde')).toBe(hashCode('0111 0ABC DE'));
  const typed = ` ${ownerCode.toLowerCase().replace('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l')} `;
  expect((await pair(typed)).ok).toBe(true);
});

test('a code works once', async () => {
  await paired(ownerCode);
  expect(await pair(ownerCode)).toMatchObject({ ok: false, refusal: { code: 'code_invalid' } });
});

test('of several desks that use a code at once, one gets in', async () => {
  const answers = await Promise.all([pair(ownerCode), pair(ownerCode), pair(ownerCode)]);
  expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
});

test('an owner code lives 24 hours, an invitation 15 minutes, to the millisecond', async () => {
  expect(ownerCodeLifeMs).toBe(24 * hourMs);
  expect(inviteLifeMs).toBe(15 * minuteMs);
  const { code, expiresAt } = await invite('agent');
  expect(expiresAt).toBe(now + inviteLifeMs);
  expect((await pair(code, expiresAt)).ok).toBe(false);
  expect((await pair(code, expiresAt - 1)).ok).toBe(true);
});

test('an invitation gives its role; for an existing person it adds a desk', async () => {
  const first = await paired((await invite('viewer')).code);
  expect(first.person.role).toBe('viewer');
  const second = await paired((await invite('viewer', first.person.id)).code);
  expect(second.person).toEqual(first.person);
  expect(second.deviceId).not.toBe(first.deviceId);
});

test('ten wrong codes from one address within an hour block it, even for a correct one; others are let in', async () => {
  for (let attempt = 0; attempt < 10; attempt += 1)
    expect(await pair('ABCDE-FGHJK')).toMatchObject({ refusal: { code: 'code_invalid' } });
  expect(await pair(ownerCode)).toMatchObject({ refusal: { code: 'too_many_attempts' } });
  expect(await pair(ownerCode, now + hourMs - 1)).toMatchObject({ refusal: { code: 'too_many_attempts' } });
  expect((await pair(ownerCode, now + 1, '10.0.0.2')).ok).toBe(true);
  expect(await pair('ABCDE-FGHJK', now + hourMs)).toMatchObject({ refusal: { code: 'code_invalid' } });
});

test('five hundred wrong codes at once are ten attempts, not five hundred', async () => {
  const answers = await Promise.all(Array.from({ length: 500 }, () => pair('ABCDE-FGHJK')));
  const codes = answers.map((answer) => (answer.ok ? 'ok' : answer.refusal.code));
  expect(codes.filter((code) => code === 'code_invalid')).toHaveLength(10);
  expect(codes.filter((code) => code === 'too_many_attempts')).toHaveLength(490);
});

test('correct codes do not count against an address, wrong ones do not lock out those who share an unknown one', async () => {
  for (let n = 0; n < 12; n += 1) expect((await pair((await invite('agent')).code)).ok).toBe(true);
  const unknown = null;
  const codes: string[] = [];
  for (let n = 0; n < 120; n += 1) {
    const answer = await pair('ABCDE-FGHJK', now, unknown);
    codes.push(answer.ok ? 'ok' : answer.refusal.code);
  }
  expect(codes.filter((code) => code === 'code_invalid')).toHaveLength(100);
  expect(codes.at(-1)).toBe('too_many_attempts');
  expect((await pair(ownerCode, now, unknown)).ok).toBe(true);
});

test('a revoked device is known as revoked from then on; others stay', async () => {
  const [first, second] = [await paired(ownerCode), await paired((await invite('agent')).code)];
  expect(await revokeDevice(store, agencyId, first.deviceId, second.person.id, now + 1)).toBe(true);
  expect(await authenticate(store, first.deviceToken)).toBe('revoked');
  expect(await authenticate(store, second.deviceToken)).toMatchObject({ deviceId: second.deviceId });
  expect(await revokeDevice(store, agencyId, first.deviceId, second.person.id, now + 2)).toBe(false);
  expect((await store.forAgency(agencyId).read(listDevices)).map(({ revokedAt }) => revokedAt)).toEqual([
    now + 1,
    null,
  ]);
});

test('a revocation is remembered in case an older backup is restored', async () => {
  const device = await paired(ownerCode);
  await revokeDevice(store, agencyId, device.deviceId, 'operator', now + 1);
  const remembered = await store
    .forAgency(agencyId)
    .read((tx) => tx.all(`select kind, target, at, copied_at from forgotten where agency_id = :agency`));
  expect(remembered).toEqual([{ kind: 'revoked', target: device.deviceId, at: now + 1, copied_at: null }]);
});

test('another agency cannot revoke a device', async () => {
  const device = await paired(ownerCode);
  const other = await createAgency(
    { store, vault: new Vault(join(folder, 'master.key')) },
    { name: 'Other', plan: 'plus' },
    now,
  );
  expect(await revokeDevice(store, other.agencyId, device.deviceId, 'operator', now)).toBe(false);
  expect(await authenticate(store, device.deviceToken)).toMatchObject({ deviceId: device.deviceId });
});

test('neither codes nor tokens are in the database file', async () => {
  const device = await paired(ownerCode);
  const { code } = await invite('agent');
  copyDatabase(join(folder, 'transom.db'), join(folder, 'copy.db'));
  const bytes = readFileSync(join(folder, 'copy.db'));
  for (const secret of [device.deviceToken, ownerCode.replace('-', ''), code.replace('-', ''), ownerCode, code]) {
    expect(bytes.includes(secret)).toBe(false);
  }
  expect(bytes.includes('Nordic Saunas')).toBe(true);
});
