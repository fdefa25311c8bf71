import { randomBytes } from 'node:crypto';
import { hourMs } from '@transom/shared';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { AttemptLimit, wrongCodesAnHour } from '../fair-share/attempt-limit.ts';
import { inWork } from '../ledger/agency-work.ts';
import { openRelayRoom } from '../testing/relay-room.ts';
import { verifyTrail } from '../trail/chain.ts';
import { inviteLifeMs, makeCode } from './codes.ts';
import { authenticate, listDevices, revokeDevice } from './devices.ts';
import { type PairedDevice, pairDevice } from './pairing.ts';

/** The answer to a pairing was lost: the desk retries with the code and the token that it made. */
const now = 1_790_000_000_000;
type Room = Awaited<ReturnType<typeof openRelayRoom>>;
type Agency = Awaited<ReturnType<Room['addAgency']>>;
let room: Room;
let one: Agency;
let attempts: AttemptLimit;

beforeEach(async () => {
  room = await openRelayRoom();
  onTestFinished(() => room[Symbol.asyncDispose]());
  one = await room.addAgency();
  attempts = new AttemptLimit();
});

const newToken = () => randomBytes(32).toString('base64url');
const wrongCode = 'ABCDE-FGHJK';

function invite({ agency }: Agency = one): Promise<string> {
  return inWork(
    agency,
    () => now,
    async (work) => {
      const { code } = await makeCode(work, { role: 'agent', personId: null, lifeMs: inviteLifeMs, by: 'operator' });
      return code;
    },
  );
}

const pair = (code: string, deviceToken?: string, at = now) =>
  pairDevice({ store: room.store, attempts }, { code, name: 'Ida', deviceToken, address: '10.0.0.1' }, at);

async function paired(code: string, deviceToken?: string, at = now): Promise<PairedDevice> {
  const pairing = await pair(code, deviceToken, at);
  if (!pairing.ok) throw new Error(pairing.refusal.code);
  return pairing.device;
}

const devices = () => one.agency.read(listDevices);

test('a retry returns the same device, listed once, with a token that works', async () => {
  const [code, token, before] = [await invite(), newToken(), await devices()];
  const lost = await paired(code, token);
  const trail = await one.agency.read(verifyTrail);
  expect(await paired(code.toLowerCase().replace('-', ' '), token)).toEqual(lost);
  expect(lost.deviceToken).toBe(token);
  expect((await devices()).length).toBe(before.length + 1);
  expect(await authenticate(room.store, token)).toMatchObject({ deviceId: lost.deviceId, person: lost.person });
  expect(await one.agency.read(verifyTrail)).toEqual(trail);
});

test('two requests at once make one device, as does one more after the code has expired', async () => {
  const [code, token, before] = [await invite(), newToken(), await devices()];
  const [first, second] = await Promise.all([paired(code, token), paired(code, token)]);
  expect(second).toEqual(first);
  expect(await paired(code, token, now + 2 * inviteLifeMs)).toEqual(first);
  expect((await devices()).length).toBe(before.length + 1);
});

test('with another token, or none, a used code stays used, and the attempt counts as wrong', async () => {
  const [code, token] = [await invite(), newToken()];
  const { deviceId } = await paired(code, token);
  for (let attempt = 0; attempt < wrongCodesAnHour; attempt += 1)
    expect(await pair(code, attempt % 2 === 0 ? newToken() : undefined)).toMatchObject({
      refusal: { code: 'code_invalid' },
    });
  expect(await pair(code, token)).toMatchObject({ refusal: { code: 'too_many_attempts' } });
  expect((await paired(code, token, now + hourMs)).deviceId).toBe(deviceId);
});

test('correct attempts do not count, however often they are made', async () => {
  const [code, token] = [await invite(), newToken()];
  for (let attempt = 0; attempt < 2 * wrongCodesAnHour; attempt += 1) await paired(code, token);
  expect((await pair(await invite())).ok).toBe(true);
});

test('a code that was used without a token cannot be used again with one', async () => {
  const code = await invite();
  const { deviceToken } = await paired(code);
  expect(await pair(code)).toMatchObject({ refusal: { code: 'code_invalid' } });
  expect(await pair(code, newToken())).toMatchObject({ refusal: { code: 'code_invalid' } });
  // The holder of the device's token is the device.
  expect(await paired(code, deviceToken)).toMatchObject({ deviceToken });
});

test('a device that was revoked does not come back', async () => {
  const [code, token] = [await invite(), newToken()];
  const { deviceId } = await paired(code, token);
  await revokeDevice(room.store, one.id, deviceId, 'operator', now + 1);
  expect(await pair(code, token)).toMatchObject({ refusal: { code: 'code_invalid' } });
  expect(await authenticate(room.store, token)).toBe('revoked');
});

test('a token has one device forever; it reveals nothing about another code, and uses none up', async () => {
  const token = newToken();
  const { deviceId } = await paired(await invite(), token);
  const others = [await invite(), await invite(await room.addAgency({ nativeId: '2' }))];
  const refusals = [];
  for (const code of [...others, wrongCode]) refusals.push(await pair(code, token));
  expect(refusals[0]).toMatchObject({ ok: false, refusal: { code: 'invalid_request' } });
  expect(new Set(refusals.map((refusal) => JSON.stringify(refusal))).size).toBe(1);
  for (const code of others) expect((await paired(code, newToken())).deviceId).not.toBe(deviceId);
});
