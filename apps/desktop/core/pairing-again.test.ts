import { newId, refuse } from '@transom/shared';
import { expect, test, vi } from 'vitest';
import { openIdentities } from './identities/identities.ts';
import type { SecretStore } from './ports.ts';
import { signIn } from './sign-in.ts';
import { isLive, liveDesk, soon } from './test/live-desk.ts';
import { memorySecrets } from './test/plain-core.ts';
import { sampleConversation } from './test/samples.ts';
import { standInRelay } from './test/stand-in-relay.ts';
import { tempFolder } from './test/temp-folder.ts';
import { testDesk } from './test/window.ts';

const rows = async (desk: Awaited<ReturnType<typeof testDesk>>) =>
  (await desk.call('inbox.list', { lane: 'answer', after: null, limit: 10 })).rows.map(({ id }) => id);

async function otherRelay() {
  const other = await standInRelay();
  Object.assign(other, { deviceId: 'device-2', token: 'token-2' });
  other.put({ entity: 'conversation', id: 'other', document: sampleConversation('other') });
  return other;
}

test('a keychain that does not take the new sign-in leaves the old one as it was', async () => {
  const held = memorySecrets();
  let isBroken = false;
  const secrets = {
    ...held,
    set: (name: string, value: string) => (isBroken ? Promise.reject(new Error('locked')) : held.set(name, value)),
  };
  const { desk } = await liveDesk(tempFolder(), secrets);
  isBroken = true;
  const other = await otherRelay();
  expect(await desk.call('session.pair', { relayUrl: other.url, code: 'GOOD-CODE', name: 'x' })).toMatchObject({
    ok: false,
    refusal: { reason: expect.stringMatching(/^not_stored\.(keychain|files)$/) },
  });
  expect(await desk.call('session.get', {})).toMatchObject({ paired: true, connection: { relay: 'live' } });
  expect(await rows(desk)).toEqual(['c1']);
});

test('another pairing replaces the first, and nothing of the first stays', async () => {
  const { desk, secrets } = await liveDesk();
  const other = await otherRelay();
  expect(await desk.call('session.pair', { relayUrl: other.url, code: 'GOOD-CODE', name: 'x' })).toEqual({ ok: true });
  await vi.waitFor(async () => expect(await rows(desk)).toEqual(['other']), soon);
  await vi.waitFor(async () => expect(await secrets.get('device-token-device-1')).toBeNull(), soon);
  expect(await secrets.get('device-token-device-2')).toBe('token-2');
  expect((await desk.call('search.find', { text: 'barrel', limit: 10 })).hits).toEqual([]);
});

test.each([
  { cutOff: 'before the write', isCommitted: false, expected: ['c1'] },
  { cutOff: 'after the write', isCommitted: true, expected: ['other'] },
])('a pairing that is cut off $cutOff has happened completely or not at all', async ({ isCommitted, expected }) => {
  const { desk, dataDir, secrets } = await liveDesk();
  await desk.core.close();
  const other = await otherRelay();
  const identities = openIdentities(dataDir);
  const next = { ...identities.present()!, relayUrl: other.url, deviceId: 'device-2' };
  await signIn(secrets, identities).keep(next, 'token-2');
  if (isCommitted) signIn(secrets, identities).change(next);
  const again = await testDesk(dataDir, secrets);
  await isLive(again);
  await vi.waitFor(async () => expect(await rows(again)).toEqual(expected), soon);
  if (isCommitted) await vi.waitFor(async () => expect(await secrets.get('device-token-device-1')).toBeNull(), soon);
});

test('a token that may no longer be used is noted until the keychain has deleted it, whatever happens in between', async () => {
  const held = memorySecrets();
  let isShut = true;
  const secrets: SecretStore = {
    ...held,
    place: 'keychain',
    delete: (name) => (isShut ? Promise.reject(new Error('locked')) : held.delete(name)),
  };
  const { desk, dataDir } = await liveDesk(tempFolder(), secrets);
  for (const number of [2, 3]) {
    const other = await standInRelay();
    Object.assign(other, { deviceId: `device-${number}`, token: `token-${number}` });
    expect(await desk.call('session.pair', { relayUrl: other.url, code: 'GOOD-CODE', name: 'x' })).toEqual({
      ok: true,
    });
    await isLive(desk);
  }
  await desk.core.close();
  // A run that cannot use the keychain forgets nothing that is in it.
  const without = await testDesk(dataDir, memorySecrets());
  await without.core.isSignInKnown;
  await without.core.close();
  isShut = false;
  await isLive(await testDesk(dataDir, secrets));
  for (const number of [1, 2])
    await vi.waitFor(async () => expect(await secrets.get(`device-token-device-${number}`)).toBeNull(), soon);
  expect(await secrets.get('device-token-device-3')).toBe('token-3');
});

test('the token of a desk of the first version is found under its old name', async () => {
  const { desk, dataDir, secrets } = await liveDesk(tempFolder(), { ...memorySecrets(), place: 'keychain' });
  await desk.core.close();
  await secrets.delete('device-token-device-1');
  await secrets.set('device-token', 'token-1');
  await isLive(await testDesk(dataDir, secrets));
});

test('of what waits when a desk is disconnected, what was tried may have been sent, and says so', async () => {
  const { relay, desk } = await liveDesk();
  relay.onCommand = () => ({ ok: false, refusal: refuse('not_stored') });
  for (const text of ['tried', 'behind it'])
    await desk.call('reply.send', { conversationId: 'c1', clientMessageId: newId(), text });
  await vi.waitFor(() => expect(relay.commandsHeard).toBe(1), soon);
  await desk.call('session.forget', {});
  expect((await desk.call('outbox.list', {})).items).toMatchObject([
    { text: 'tried', refusal: { reason: 'unauthorized.cut_off_unanswered' } },
    { text: 'behind it', refusal: { reason: 'unauthorized.cut_off' } },
  ]);
});
