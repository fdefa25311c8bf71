import { expect, test, vi } from 'vitest';
import { openSecrets } from './secrets.ts';
import { isLive, liveDesk, soon } from './test/live-desk.ts';
import { sampleConversation } from './test/samples.ts';
import { testDesk } from './test/window.ts';

/** A keychain that is locked: its first call shows a prompt and waits for a person. */
function lockedKeychain(held: Map<string, string>) {
  const unlocked = Promise.withResolvers<void>();
  let refusal: Error | null = null;
  const asked = async <T>(answer: () => T): Promise<T> => {
    await unlocked.promise;
    if (refusal !== null) throw refusal;
    return answer();
  };
  return {
    unlock: () => unlocked.resolve(),
    refuse: (error: Error | null) => void (refusal = error),
    keychain: {
      getPassword: (_service: string, name: string) => asked(() => held.get(name) ?? null),
      setPassword: (_service: string, name: string, value: string) => asked(() => void held.set(name, value)),
      deletePassword: (_service: string, name: string) => asked(() => held.delete(name)),
    },
  };
}

const token = new Map([['device-token-device-1', 'token-1']]);

test('a desk shows what it has while the keychain waits for a person, and connects when it answers', async () => {
  const { desk: before, dataDir } = await liveDesk();
  await before.core.close();
  const { keychain, unlock } = lockedKeychain(new Map(token));
  const desk = await testDesk(
    dataDir,
    openSecrets(
      'test',
      () => undefined,
      async () => keychain,
    ),
  );
  await vi.waitFor(
    async () =>
      expect(await desk.call('session.get', {})).toMatchObject({
        paired: true,
        secrets: { place: 'asking', reason: null },
        connection: { relay: 'connecting', reason: { code: 'keychain_waiting' } },
      }),
    soon,
  );
  expect((await desk.call('inbox.list', { lane: 'answer', after: null, limit: 10 })).rows).toHaveLength(1);
  unlock();
  await isLive(desk);
  expect((await desk.call('session.get', {})).secrets).toEqual({ place: 'keychain', reason: null });
});

test('a new desk does not ask for a code before it is known where the sign-in can be kept', async () => {
  const { keychain, unlock } = lockedKeychain(new Map());
  const desk = await testDesk(
    undefined,
    openSecrets(
      'test',
      () => undefined,
      async () => keychain,
    ),
  );
  expect(await desk.call('session.get', {})).toMatchObject({ paired: false, secrets: { place: 'asking' } });
  unlock();
  await vi.waitFor(
    () =>
      expect(desk.events).toContainEqual({
        name: 'session',
        payload: expect.objectContaining({ secrets: { place: 'keychain', reason: null } }),
      }),
    soon,
  );
});

test('a keychain that refuses is shown: nothing is lost, and it is asked again when the person comes back', async () => {
  const { desk: before, dataDir } = await liveDesk();
  await before.core.close();
  const { keychain, unlock, refuse } = lockedKeychain(new Map(token));
  unlock();
  let isDenied = true;
  const desk = await testDesk(
    dataDir,
    openSecrets(
      'test',
      () => undefined,
      async () => ({
        ...keychain,
        getPassword: (service, name) =>
          isDenied ? Promise.reject(new Error('denied')) : keychain.getPassword(service, name),
      }),
    ),
  );
  await vi.waitFor(
    async () =>
      expect(await desk.call('session.get', {})).toMatchObject({
        paired: true,
        connection: { relay: 'offline', reason: { code: 'keychain_refused' } },
      }),
    soon,
  );
  isDenied = false;
  refuse(null);
  desk.core.wake();
  await isLive(desk);
});

test('memory is used only after a definite no, and a keychain that can be used later is used then', async () => {
  const held = new Map<string, string>();
  const { keychain, unlock, refuse } = lockedKeychain(held);
  unlock();
  refuse(new Error('no service on the bus'));
  const secrets = openSecrets(
    'test',
    () => undefined,
    async () => keychain,
  );
  expect(await secrets.get('device-token')).toBeNull();
  expect(secrets).toMatchObject({ place: 'memory', reason: { code: 'no_keychain' } });
  refuse(null);
  held.set('device-token', 'from before');
  expect(await secrets.get('device-token')).toBe('from before');
  expect(secrets).toMatchObject({ place: 'keychain', reason: null });
});

test('however often the person comes back while the keychain answers, there is one connection', async () => {
  const { desk: before, dataDir, relay } = await liveDesk();
  await before.core.close();
  const { keychain, unlock } = lockedKeychain(new Map(token));
  const desk = await testDesk(
    dataDir,
    openSecrets(
      'test',
      () => undefined,
      async () => keychain,
    ),
  );
  await vi.waitFor(async () => expect((await desk.call('session.get', {})).connection.relay).toBe('connecting'), soon);
  const handshakes = relay.handshakes.length;
  for (let times = 0; times < 3; times += 1) desk.core.wake();
  unlock();
  await isLive(desk);
  for (let rev = 2; rev < 7; rev += 1) {
    relay.put({ entity: 'conversation', id: 'c1', document: sampleConversation('c1', { rev, lastMessageAt: rev }) });
    await vi.waitFor(
      async () =>
        expect((await desk.call('inbox.list', { lane: 'answer', after: null, limit: 1 })).rows[0]?.rev).toBe(rev),
      soon,
    );
  }
  expect(relay.handshakes).toHaveLength(handshakes + 1);
  expect(desk.outside.log.filter(({ message }) => message.includes('given up'))).toEqual([]);
});

test('what the keychain answers after this desk was disconnected is no longer used', async () => {
  const { desk: before, dataDir, relay } = await liveDesk();
  await before.core.close();
  const { keychain, unlock } = lockedKeychain(new Map(token));
  const secrets = openSecrets(
    'test',
    () => undefined,
    async () => keychain,
  );
  const desk = await testDesk(dataDir, secrets);
  await vi.waitFor(async () => expect((await desk.call('session.get', {})).connection.relay).toBe('connecting'), soon);
  const handshakes = relay.handshakes.length;
  await desk.call('session.forget', {});
  unlock();
  await vi.waitFor(async () => expect(await secrets.get('device-token-device-1')).toBeNull(), soon);
  expect(await desk.call('session.get', {})).toMatchObject({ paired: false, connection: { relay: 'unpaired' } });
  expect(relay.handshakes).toHaveLength(handshakes);
});
