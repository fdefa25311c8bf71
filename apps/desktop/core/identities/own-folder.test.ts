import { cpSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newId, refuse } from '@transom/shared';
import { describe, expect, test, vi } from 'vitest';
import { isLive, liveDesk, soon } from '../test/live-desk.ts';
import type { memorySecrets } from '../test/plain-core.ts';
import { filesIn, filesWith, tempFolder } from '../test/temp-folder.ts';
import { testDesk } from '../test/window.ts';
import { openIdentities } from './identities.ts';
import { stepsIntoOwnFolder } from './own-folder.ts';

type Desk = Awaited<ReturnType<typeof testDesk>>;

/** What a killed old desk leaves: both files and their logs in the data folder, and nothing else. */
async function killedOldDesk() {
  const { relay, desk, dataDir, secrets } = await liveDesk();
  relay.onCommand = () => ({ ok: false, refusal: refuse('window_closed') });
  await desk.call('reply.send', { conversationId: 'c1', clientMessageId: newId(), text: 'It is 4,900.' });
  await vi.waitFor(async () => expect((await desk.call('outbox.list', {})).items[0]?.state).toBe('held'), soon);
  await desk.call('draft.put', { conversationId: 'c1', tab: 'note', text: 'half a sentence', baseRev: 0 });
  const old = tempFolder();
  cpSync(filesIn(dataDir), old, { recursive: true });
  await desk.core.close();
  // Without its relay: what is shown was on the disk.
  relay.refuseConnect = 'unauthorized';
  return { old, secrets };
}

async function expectEverything(desk: Desk): Promise<void> {
  expect(await desk.call('session.get', {})).toMatchObject({ paired: true, person: { name: 'Sam' }, trouble: null });
  expect((await desk.call('outbox.list', {})).items).toMatchObject([{ text: 'It is 4,900.', state: 'held' }]);
  expect((await desk.call('draft.get', { conversationId: 'c1' })).drafts.note.text).toBe('half a sentence');
  expect((await desk.call('search.find', { text: 'barrel', limit: 9 })).hits).toHaveLength(1);
}

function runSteps(folder: string, count: number): number {
  let run = 0;
  for (const step of stepsIntoOwnFolder(folder, openIdentities(folder))) {
    if (run === count) return run;
    step();
    run += 1;
  }
  return run;
}

test('old files move to the folder of their person; nothing is lost if that is cut off after any step', async () => {
  const { old, secrets } = await killedOldDesk();
  expect(existsSync(join(old, 'local.db-wal'))).toBe(true);
  const all = runSteps(copyOf(old), 99);
  expect(all).toBeGreaterThan(5);
  for (let count = 0; count <= all; count += 1) {
    const folder = copyOf(old);
    expect(runSteps(folder, count)).toBe(count);
    const desk = await testDesk(folder, secrets);
    await expectEverything(desk);
    await desk.core.close();
    expect(readdirSync(folder).sort(), `after ${count} steps`).toEqual(['businesses', 'identities.json']);
    // And once more, with nothing left to do.
    const again = await testDesk(folder, secrets);
    await expectEverything(again);
    await again.core.close();
  }
});

test('a damaged old cache costs nothing but itself, and none of its words stay behind', async () => {
  const { old, secrets } = await killedOldDesk();
  writeFileSync(join(old, 'cache.db'), 'barrel barrel barrel barrel '.repeat(900));
  writeFileSync(join(old, 'cache.db.damaged'), 'barrel');
  const desk = await testDesk(old, secrets);
  expect((await desk.call('outbox.list', {})).items).toMatchObject([{ text: 'It is 4,900.', state: 'held' }]);
  expect(readdirSync(old).sort()).toEqual(['businesses', 'identities.json']);
});

test('an old local.db that is damaged is reported and stays where it is', async () => {
  const { old, secrets } = await killedOldDesk();
  rmSync(join(old, 'local.db-wal'));
  writeFileSync(join(old, 'local.db'), 'x'.repeat(9_000));
  const desk = await testDesk(old, secrets);
  expect((await desk.call('session.get', {})).trouble).toMatchObject({ code: 'local_damaged' });
  expect(readFileSync(join(old, 'local.db'), 'utf8')).toBe('x'.repeat(9_000));
});

test('what a disconnected old desk kept goes to the first person who is paired', async () => {
  const { relay, desk, dataDir, secrets } = await liveDesk();
  relay.onCommand = () => ({ ok: false, refusal: refuse('window_closed') });
  await desk.call('reply.send', { conversationId: 'c1', clientMessageId: newId(), text: 'It is 4,900.' });
  await vi.waitFor(async () => expect((await desk.call('outbox.list', {})).items[0]?.state).toBe('held'), soon);
  await desk.call('session.forget', {});
  await desk.core.close();
  for (const file of ['local.db', 'cache.db']) renameSync(join(filesIn(dataDir), file), join(dataDir, file));
  rmSync(join(dataDir, 'identities.json'));
  const again = await testDesk(dataDir, secrets);
  expect((await again.call('outbox.list', {})).items).toMatchObject([{ text: 'It is 4,900.' }]);
  await again.call('session.pair', { relayUrl: relay.url, code: 'GOOD-CODE', name: 'x' });
  await isLive(again);
  expect((await again.call('outbox.list', {})).items).toMatchObject([{ text: 'It is 4,900.', state: 'held' }]);
  expect(existsSync(join(dataDir, 'local.db'))).toBe(false);
});

function copyOf(folder: string): string {
  const copy = tempFolder();
  cpSync(folder, copy, { recursive: true });
  return copy;
}

describe('two people at one desk', () => {
  const pair = async (desk: Desk, url: string): Promise<void> => {
    expect(await desk.call('session.pair', { relayUrl: url, code: 'GOOD-CODE', name: 'x' })).toEqual({ ok: true });
    await isLive(desk);
  };
  const held = async (desk: Desk) => (await desk.call('outbox.list', {})).items.map(({ text, state }) => [text, state]);
  const draft = async (desk: Desk) => (await desk.call('draft.get', { conversationId: 'c1' })).drafts.reply.text;

  async function samWrites() {
    const { relay, desk, dataDir, secrets } = await liveDesk();
    relay.onCommand = () => ({ ok: false, refusal: refuse('not_stored') });
    await desk.call('reply.send', { conversationId: 'c1', clientMessageId: newId(), text: 'From Sam' });
    await desk.call('draft.put', { conversationId: 'c1', tab: 'reply', text: 'Sam was typing', baseRev: 0 });
    await desk.call('thread.seen', { conversationId: 'c1' });
    const become = (person: string, agency: string, device: string): void => {
      relay.person = { id: person, name: person, role: 'agent' };
      relay.agency = { ...relay.agency, id: agency };
      Object.assign(relay, { deviceId: device, token: `token-of-${device}` });
    };
    return { relay, desk, dataDir, secrets: secrets as ReturnType<typeof memorySecrets>, become };
  }

  test.each([
    ['a colleague', 'person-2', 'agency-1'],
    ['somebody of another business', 'person-2', 'agency-2'],
    ['another business whose relay numbers its people the same way', 'person-1', 'agency-2'],
  ])('%s sees nothing of Sam, and Sam finds everything again', async (_who, person, agency) => {
    const { relay, desk, dataDir, become } = await samWrites();
    const sams = filesIn(dataDir);
    become(person, agency, 'device-2');
    await pair(desk, relay.url);
    expect(filesIn(dataDir)).not.toBe(sams);
    expect(await desk.call('session.get', {})).toMatchObject({ agency: { id: agency }, person: { id: person } });
    expect([await held(desk), await draft(desk)]).toEqual([[], '']);
    await vi.waitFor(
      async () =>
        expect((await desk.call('inbox.list', { lane: 'answer', after: null, limit: 9 })).rows).toMatchObject([
          { id: 'c1', unread: true },
        ]),
      soon,
    );
    // For a person who is not signed in, no copy of the relay's data stays, and no token.
    expect([filesWith(sams, 'barrel'), filesWith(sams, 'From Sam')]).toEqual([[], ['local.db']]);
    await vi.waitFor(async () => expect(await desk.secrets.get('device-token-device-1')).toBeNull(), soon);
    await desk.call('draft.put', { conversationId: 'c1', tab: 'reply', text: 'The other was typing', baseRev: 0 });

    become('person-1', 'agency-1', 'device-3');
    await pair(desk, relay.url);
    expect(filesIn(dataDir)).toBe(sams);
    expect([await held(desk), await draft(desk)]).toEqual([[['From Sam', 'held']], 'Sam was typing']);
    expect(relay.performed).toEqual([]);
  });

  test('a wipe erases what belongs to one identity, and no word of the other', async () => {
    const { relay, desk, dataDir, become } = await samWrites();
    const sams = filesIn(dataDir);
    become('person-2', 'agency-1', 'device-2');
    await pair(desk, relay.url);
    await desk.call('reply.send', { conversationId: 'c1', clientMessageId: newId(), text: 'From Kim' });
    relay.wipe();
    await vi.waitFor(async () => expect((await desk.call('session.get', {})).paired).toBe(false), soon);
    expect(await held(desk)).toEqual([['From Kim', 'held']]);
    await vi.waitFor(() => expect(filesWith(dataDir, 'barrel')).toEqual([]), soon);
    expect(filesWith(sams, 'Sam was typing')).toEqual(['local.db']);
  });

  test('a start after a pairing that was cut off erases the cache of the person who left, and holds their words when they return', async () => {
    const { relay, desk, dataDir, secrets, become } = await samWrites();
    const sams = filesIn(dataDir);
    await desk.core.close();
    const identities = openIdentities(dataDir);
    const sam = identities.present();
    if (sam === null) throw new Error('Sam is not signed in.');
    // The disk as it would be if the power failed right after the one write that decides.
    identities.change({ ...sam, person: { ...sam.person, id: 'person-2' }, deviceId: 'device-2' }, []);
    await secrets.set('device-token-device-2', 'token-1');
    become('person-2', 'agency-1', 'device-2');
    const again = await testDesk(dataDir, secrets);
    expect(existsSync(join(sams, 'cache.db'))).toBe(false);
    expect([await held(again), await draft(again)]).toEqual([[], '']);
    become('person-1', 'agency-1', 'device-3');
    await pair(again, relay.url);
    expect(await held(again)).toEqual([['From Sam', 'held']]);
  });

  test('ids from a relay only name folders inside the data folder, and different ones even where case is ignored', async () => {
    const dataDir = tempFolder();
    const identities = openIdentities(dataDir);
    const folders = ['../../../up', '/etc', 'CON', 'con', 'a-b', 'A-b', 'a-b/', '.', ''].map((id) => {
      const agency = { id, name: 'x', plan: 'plus' } as const;
      const person = { id, name: 'x', role: 'agent' } as const;
      identities.change({ relayUrl: 'https://x', deviceId: 'd', agencyId: id, agency, person }, []);
      return identities.folder();
    });
    expect(new Set(folders.map((folder) => folder.toLowerCase())).size).toBe(folders.length);
    for (const folder of folders) expect(folder.slice(dataDir.length)).toMatch(/^\/businesses\/[\da-z-]+\/[\da-z-]+$/);
  });

  test('an identities.json that cannot be read is set aside; a person who pairs again finds their files', async () => {
    const { relay, desk, dataDir, secrets } = await samWrites();
    await desk.core.close();
    writeFileSync(join(dataDir, 'identities.json'), '{"version":1,');
    const again = await testDesk(dataDir, secrets);
    expect(await again.call('session.get', {})).toMatchObject({ paired: false, trouble: null });
    Object.assign(relay, { deviceId: 'device-2', token: 'token-2' });
    await pair(again, relay.url);
    expect([await held(again), await draft(again)]).toEqual([[['From Sam', 'held']], 'Sam was typing']);
    expect(readFileSync(join(dataDir, 'identities.json.damaged'), 'utf8')).toBe('{"version":1,');
  });

  test('an identities.json of a newer Transom is left as it is', async () => {
    const { desk, dataDir, secrets } = await samWrites();
    await desk.core.close();
    writeFileSync(join(dataDir, 'identities.json'), '{"version":2}');
    const again = await testDesk(dataDir, secrets);
    expect((await again.call('session.get', {})).trouble).toMatchObject({ code: 'database_newer' });
    expect(readFileSync(join(dataDir, 'identities.json'), 'utf8')).toBe('{"version":2}');
  });
});
