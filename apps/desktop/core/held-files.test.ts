import { copyFileSync, mkdirSync, rmdirSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { newId } from '@transom/shared';
import Database from 'better-sqlite3';
import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import { openIdentities } from './identities/identities.ts';
import { signIn } from './sign-in.ts';
import { liveDesk, soon } from './test/live-desk.ts';
import { memorySecrets } from './test/plain-core.ts';
import { sampleConversation } from './test/samples.ts';
import { filesIn, filesWith, tempFolder } from './test/temp-folder.ts';
import { testDesk } from './test/window.ts';

/** Another program holds a file, as a backup does. Vitest fails a test in which an error is not caught. */
function hold(path: string): () => void {
  const other = new Database(path, { timeout: 0 });
  other.exec('BEGIN IMMEDIATE');
  const release = () => void (other.open && other.close());
  onTestFinished(release);
  return release;
}

afterEach(() => void vi.useRealTimers());

test('a hello that cannot be stored is reported, and stored when the file is free', async () => {
  const { relay, desk, dataDir } = await liveDesk();
  // Nothing can be written where the next identities.json goes.
  const inTheWay = join(dataDir, 'identities.json.next');
  mkdirSync(inTheWay);
  relay.agency = { ...relay.agency, plan: 'pro' };
  relay.cut();
  const session = () => desk.call('session.get', {});
  await vi.waitFor(async () => expect((await session()).trouble?.code).toBe('files_unusable'), soon);
  expect((await session()).agency?.plan).toBe('pro');
  rmdirSync(inTheWay);
  await vi.waitFor(() => expect(openIdentities(dataDir).present()?.agency?.plan).toBe('pro'), soon);
  await vi.waitFor(async () => expect((await session()).trouble).toBeNull(), soon);
});

test('a start while another program holds the cache continues when it is free', async () => {
  const { desk, dataDir, secrets } = await liveDesk();
  await desk.core.close();
  const release = hold(join(filesIn(dataDir), 'cache.db'));
  const again = await testDesk(dataDir, secrets);
  const session = () => again.call('session.get', {});
  expect(await session()).toMatchObject({ paired: false, trouble: { code: 'files_busy' } });
  await expect(again.call('inbox.counts', {})).rejects.toThrow('Another program');
  release();
  await vi.waitFor(async () => expect(await session()).toMatchObject({ paired: true, trouble: null }), soon);
  expect((await again.call('search.find', { text: 'barrel', limit: 10 })).hits).toHaveLength(1);
  const told = again.events.flatMap((event) => (event.name === 'session' ? [event.payload] : []));
  expect(told[0]).toMatchObject({ paired: true, trouble: null });
  expect(again.events.map(({ name }) => name)).toContain('reset');
});

test('a hello that says nothing new writes nothing', async () => {
  const { relay, desk, dataDir } = await liveDesk();
  hold(join(filesIn(dataDir), 'local.db'));
  mkdirSync(join(dataDir, 'identities.json.next'));
  relay.cut();
  await vi.waitFor(() => expect(relay.handshakes).toHaveLength(2), soon);
  await vi.waitFor(async () => expect((await desk.call('session.get', {})).connection.relay).toBe('live'), soon);
  expect(desk.outside.log.filter(({ level }) => level === 'error')).toEqual([]);
});

test('a reply that became a message while the outbox was held leaves it when the file is free', async () => {
  const { relay, desk, dataDir } = await liveDesk();
  let release = () => undefined as void;
  relay.onCommand = () => {
    release = hold(join(filesIn(dataDir), 'local.db'));
    return 'answer';
  };
  await desk.call('reply.send', { conversationId: 'c1', clientMessageId: newId(), text: 'Tuesday.' });
  await vi.waitFor(() => expect(desk.events.some(({ name }) => name === 'changes')).toBe(true), soon);
  await vi.waitFor(async () => expect((await desk.call('session.get', {})).trouble?.code).toBe('files_busy'), soon);
  relay.onCommand = () => 'answer';
  release();
  const left = () => {
    const db = new Database(join(filesIn(dataDir), 'local.db'), { readonly: true });
    const count = db.prepare('SELECT count(*) FROM outbox').pluck().get();
    db.close();
    return count;
  };
  await vi.waitFor(() => expect(left()).toBe(0), soon);
  expect(relay.performed).toHaveLength(1);
});

test('the check for what is due continues after a minute in which a file was held', async () => {
  vi.useFakeTimers({ toFake: ['setInterval'] });
  const { relay, desk, dataDir } = await liveDesk();
  const openedAt = relay.now() - 23.5 * 3_600_000;
  relay.put({
    entity: 'conversation',
    id: 'c2',
    document: sampleConversation('c2', {
      firstAnsweredAt: 1,
      window: { openedAt, openedBy: 'm', byAd: false, comment: null },
    }),
  });
  await vi.waitFor(async () => expect((await desk.call('inbox.counts', {})).lanes.closing).toBe(1), soon);
  const release = hold(join(filesIn(dataDir), 'local.db'));
  vi.advanceTimersByTime(61_000);
  await vi.waitFor(async () => expect((await desk.call('session.get', {})).trouble?.code).toBe('files_busy'), soon);
  release();
  await vi.waitFor(() => expect(desk.outside.shown.map(({ said }) => said.kind)).toContain('closing'), soon);
});

test('a wipe ends the session in window, keychain and cache even if another program holds the cache', async () => {
  const { relay, desk, dataDir, secrets } = await liveDesk();
  hold(join(filesIn(dataDir), 'cache.db'));
  const resets = () => desk.events.filter(({ name }) => name === 'reset').length;
  const before = resets();
  relay.wipe();
  await vi.waitFor(async () => expect((await desk.call('session.get', {})).paired).toBe(false), soon);
  await vi.waitFor(async () => expect(await secrets.get('device-token-device-1')).toBeNull(), soon);
  expect(await desk.call('session.get', {})).toMatchObject({ person: null, connection: { relay: 'unpaired' } });
  expect((await desk.call('inbox.list', { lane: 'answer', after: null, limit: 10 })).rows).toEqual([]);
  expect((await desk.call('search.find', { text: 'barrel', limit: 10 })).hits).toEqual([]);
  expect(resets()).toBeGreaterThan(before);
});

test('a wipe while local.db is held is recorded as soon as it is free', async () => {
  const { relay, desk, dataDir, secrets } = await liveDesk();
  const release = hold(join(filesIn(dataDir), 'local.db'));
  relay.wipe();
  await vi.waitFor(async () => expect((await desk.call('session.get', {})).paired).toBe(false), soon);
  await vi.waitFor(async () => expect(await secrets.get('device-token-device-1')).toBeNull(), soon);
  release();
  const identities = () => {
    const db = new Database(join(filesIn(dataDir), 'local.db'), { readonly: true });
    const count = db.prepare('SELECT count(*) FROM identity').pluck().get();
    db.close();
    return count;
  };
  await vi.waitFor(() => expect(identities()).toBe(0), soon);
});

test('a desk that was cut off in the middle of a wipe finishes it at its next start', async () => {
  const { desk, dataDir, secrets } = await liveDesk();
  await desk.core.close();
  // The disk as it would be if the power failed right after the one write that decides.
  expect(filesWith(dataDir, 'barrel')).not.toEqual([]);
  signIn(secrets, openIdentities(dataDir)).change(null);
  const again = await testDesk(dataDir, secrets);
  expect(await again.call('session.get', {})).toMatchObject({ paired: false, person: null, trouble: null });
  expect((await again.call('search.find', { text: 'barrel', limit: 10 })).hits).toEqual([]);
  expect(filesWith(dataDir, 'barrel')).toEqual([]);
  await vi.waitFor(async () => expect(await secrets.get('device-token-device-1')).toBeNull(), soon);
});

test('a desk that was revoked while it was away erases what it has when it learns of it', async () => {
  const { relay, desk, secrets } = await liveDesk();
  relay.isRevoked = true;
  relay.cut();
  await vi.waitFor(async () => expect((await desk.call('session.get', {})).paired).toBe(false), soon);
  await vi.waitFor(async () => expect(await secrets.get('device-token-device-1')).toBeNull(), soon);
  expect((await desk.call('search.find', { text: 'barrel', limit: 10 })).hits).toEqual([]);
});

test('a token that the relay does not know keeps everything readable', async () => {
  const { relay, desk } = await liveDesk();
  relay.refuseConnect = 'unauthorized';
  relay.cut();
  await vi.waitFor(async () => expect((await desk.call('session.get', {})).connection.relay).toBe('refused'), soon);
  expect((await desk.call('search.find', { text: 'barrel', limit: 10 })).hits).toHaveLength(1);
});

test('the last replies are not thrown away when local.db has lost its main file and only their log is left', async () => {
  const { desk, dataDir } = await liveDesk();
  await desk.call('draft.put', { conversationId: 'c1', tab: 'reply', text: 'half a sentence', baseRev: 0 });
  const copy = tempFolder();
  for (const file of ['local.db', 'local.db-wal']) copyFileSync(join(filesIn(dataDir), file), join(copy, file));
  truncateSync(join(copy, 'local.db'), 0);
  const held = statSync(join(copy, 'local.db-wal')).size;
  expect(held).toBeGreaterThan(0);
  const other = await testDesk(copy, memorySecrets());
  expect((await other.call('session.get', {})).trouble?.code).toBe('local_damaged');
  expect(statSync(join(copy, 'local.db-wal')).size).toBe(held);
});
