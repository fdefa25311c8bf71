import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { because } from '@transom/shared';
import { type Simulator, startSimulator } from '@transom/simulator';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { takeOut } from '../channels/all.ts';
import { callsTo } from '../channels/testing/connectors.ts';
import { applyEvent } from '../inbox/apply-event.ts';
import { createInbox } from '../inbox/create-inbox.ts';
import { inWork } from '../ledger/agency-work.ts';
import { listAccounts } from '../ledger/documents/account.ts';
import { listConversations } from '../ledger/documents/conversation.ts';
import { listMessages } from '../ledger/documents/message.ts';
import { createAgency } from '../people/create-agency.ts';
import type { Store } from '../store/port.ts';
import { copyDatabase } from '../store/sqlite/backup.ts';
import { openSqliteStore } from '../store/sqlite/open.ts';
import { verifyTrail } from '../trail/chain.ts';
import { ensureMasterKey } from '../vault/master-key.ts';
import { Vault } from '../vault/vault.ts';
import { addAccount } from './add-account.ts';
import { deauthorize } from './deletion-requests.ts';
import { removeAccount } from './disconnect-account.ts';
import { eraseContact } from './erase-contact.ts';
import { channelAccount } from './open-account.ts';

const now = Date.now();
let simulator: Simulator;
let folder: string;
let store: Store;
let vault: Vault;
let agencyId: string;

beforeAll(async () => {
  simulator = await startSimulator({ instagramAppSecret: 'is', facebookAppSecret: 'fs' });
});
afterAll(() => simulator.close());
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'transom-accounts-'));
  ensureMasterKey(join(folder, 'master.key'));
  vault = new Vault(join(folder, 'master.key'));
  store = openSqliteStore(join(folder, 'transom.db'));
  ({ agencyId } = await createAgency({ store, vault }, { name: 'Ours', plan: 'plus' }, now));
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

const inAgency = () => store.forAgency(agencyId);
function add(channel: 'instagram' | 'facebook', token: string, agency = agencyId) {
  const channels = callsTo({
    instagramGraphUrl: `${simulator.url}/instagram`,
    facebookGraphUrl: `${simulator.url}/facebook`,
    facebookAppSecret: 'fs',
  });
  return addAccount(
    { store, vault, channels, clock: () => now },
    { agencyId: agency, channel, token, tokenExpiresAt: null, by: 'operator' },
  );
}

test.each(['instagram', 'facebook'] as const)(
  'an %s account is identified by its token and subscribed, and its sealed token opens again',
  async (channel) => {
    const simulated = await simulator.client.addAccount({ channel, name: 'Fjord', username: 'fjord' });
    const added = await add(channel, simulated.token);
    expect(added).toMatchObject({
      ok: true,
      nativeId: simulated.nativeId,
      name: 'Fjord',
      isNew: true,
      subscribed: true,
      subscriptionTrouble: null,
    });
    if (!added.ok) return;
    expect(await inAgency().read((tx) => channelAccount(tx, vault, added.accountId))).toEqual({
      channel,
      nativeId: simulated.nativeId,
      token: simulated.token,
    });
    expect(
      (await simulator.client.accounts()).find(({ nativeId }) => nativeId === simulated.nativeId)?.subscribedFields,
    ).toContain('messages');
    expect(
      await inAgency().read((tx) =>
        tx.all(`select entity, entity_id from changes where agency_id = :agency and entity = 'account'`),
      ),
    ).toEqual([{ entity: 'account', entity_id: added.accountId }]);
  },
);

test('the token is not in the database file', async () => {
  const simulated = await simulator.client.addAccount({ channel: 'instagram', name: 'Fjord' });
  await add('instagram', simulated.token);
  copyDatabase(join(folder, 'transom.db'), join(folder, 'copy.db'));
  const bytes = readFileSync(join(folder, 'copy.db'));
  expect([bytes.includes(simulated.token), bytes.includes(simulated.nativeId)]).toEqual([false, true]);
});

test('a token that Meta does not know is refused with a reason, and nothing is stored', async () => {
  expect(await add('instagram', 'IGunknown')).toMatchObject({
    ok: false,
    reason: 'token_refused',
    why: because('reauth_required.rejected'),
  });
  expect(await inAgency().read((tx) => listAccounts(tx, 0))).toEqual([]);
});

test('adding the same account again keeps its id, replaces its token and reconnects it', async () => {
  const simulated = await simulator.client.addAccount({ channel: 'instagram', name: 'Fjord' });
  const first = await add('instagram', simulated.token);
  await inAgency().write((tx) =>
    tx.run(`update accounts set state = 'reauth_required', token = null where agency_id = :agency`),
  );
  const again = await add('instagram', simulated.token);
  if (!first.ok || !again.ok) throw new Error('not added');
  expect([again.accountId, again.isNew]).toEqual([first.accountId, false]);
  expect(await inAgency().read((tx) => listAccounts(tx, 0))).toMatchObject([{ state: 'connected' }]);
  expect(await inAgency().read((tx) => channelAccount(tx, vault, first.accountId))).toMatchObject({
    token: simulated.token,
  });
});

test('a second agency cannot add an account until the first has removed it', async () => {
  const simulated = await simulator.client.addAccount({ channel: 'instagram', name: 'Fjord' });
  const first = await add('instagram', simulated.token);
  if (!first.ok) throw new Error(first.why.code);
  const theirs = await createAgency({ store, vault }, { name: 'Theirs', plan: 'plus' }, now);
  expect(await add('instagram', simulated.token, theirs.agencyId)).toEqual({
    ok: false,
    reason: 'other_agency',
    why: because('other_agency', { name: 'Fjord' }),
  });
  const remove = () =>
    inWork(
      inAgency(),
      () => now,
      async (work) => {
        const removed = await removeAccount(work, first.accountId, 'operator');
        return removed;
      },
    );
  expect(await remove()).toBe(true);
  expect(await inAgency().read((tx) => channelAccount(tx, vault, first.accountId))).toBeNull();
  const taken = await add('instagram', simulated.token, theirs.agencyId);
  expect(taken).toMatchObject({ ok: true, isNew: true });
  expect(await add('instagram', simulated.token)).toMatchObject({ ok: false, reason: 'other_agency' });
});

test('an account that cannot be subscribed is kept, and the answer says so', async () => {
  const simulated = await simulator.client.addAccount({ channel: 'instagram', name: 'Fjord' });
  const real = callsTo({
    instagramGraphUrl: `${simulator.url}/instagram`,
    facebookGraphUrl: `${simulator.url}/facebook`,
    facebookAppSecret: 'fs',
  });
  // The address for subscribing is unreachable, as if the network had failed between the two calls.
  const gone = callsTo({
    instagramGraphUrl: 'http://127.0.0.1:1',
    facebookGraphUrl: 'http://127.0.0.1:1',
    facebookAppSecret: 'fs',
  });
  const added = await addAccount(
    { store, vault, channels: { ...real, subscribe: gone.subscribe }, clock: () => now },
    { agencyId, channel: 'instagram', token: simulated.token, tokenExpiresAt: null, by: 'operator' },
  );
  expect(added).toMatchObject({
    ok: true,
    subscribed: false,
    subscriptionTrouble: because('not_sent.unreachable', { error: 'ECONNREFUSED' }),
  });
  expect(await inAgency().read((tx) => listAccounts(tx, 0))).toMatchObject([{ state: 'connected' }]);
});

test('adding a Page asks Meta at once who signed in, because later requests name that person', async () => {
  const simulated = await simulator.client.addAccount({ channel: 'facebook', name: 'Fjord Page' });
  const channels = callsTo({
    facebookGraphUrl: `${simulator.url}/facebook`,
    instagramGraphUrl: `${simulator.url}/instagram`,
    facebookAppId: '880000000000002',
    facebookAppSecret: 'fs',
  });
  const added = await addAccount(
    { store, vault, channels, clock: () => now },
    { agencyId, channel: 'facebook', token: simulated.token, tokenExpiresAt: null, by: 'operator' },
  );
  if (!added.ok) throw new Error(added.why.code);
  const signedIn = `1015${added.nativeId.slice(-13)}`;
  expect(await deauthorize(store, 'facebook', added.nativeId, now)).toBe(0);
  expect(await deauthorize(store, 'facebook', signedIn, now)).toBe(1);
});

test('a Page remembers who connected it, if that was given, even after its token is replaced', async () => {
  const simulated = await simulator.client.addAccount({ channel: 'facebook', name: 'Fjord Page' });
  const channels = callsTo({
    facebookGraphUrl: `${simulator.url}/facebook`,
    instagramGraphUrl: `${simulator.url}/instagram`,
    facebookAppSecret: 'fs',
  });
  const request = {
    agencyId,
    channel: 'facebook',
    token: simulated.token,
    tokenExpiresAt: null,
    by: 'operator',
  } as const;
  const deps = { store, vault, channels, clock: () => now };
  await addAccount(deps, { ...request, connectedBy: '10001' });
  await addAccount(deps, request);
  expect(await deauthorize(store, 'facebook', '10001', now)).toBe(1);
  expect(await inAgency().read((tx) => listAccounts(tx, 0))).toMatchObject([{ state: 'disconnected' }]);
});

/** A stored webhook with a message from this person. */
function rawMessage(accountNativeId: string, senderId: string): Buffer {
  const message = {
    sender: { id: senderId },
    recipient: { id: accountNativeId },
    timestamp: 1,
    message: { mid: 'raw', text: 'raw' },
  };
  return Buffer.from(
    JSON.stringify({ object: 'instagram', entry: [{ id: accountNativeId, time: 1, messaging: [message] }] }),
  );
}

test('erasing a person leaves no text, name or id, here or on the feed, and touches nobody else', async () => {
  const simulated = await simulator.client.addAccount({ channel: 'instagram', name: 'Fjord' });
  const account = await add('instagram', simulated.token);
  if (!account.ok) throw new Error(account.why.code);
  const receive = (senderId: string, text: string) =>
    inWork(
      inAgency(),
      () => now,
      async (work) => {
        await applyEvent(
          work,
          { id: account.accountId, channel: 'instagram', deliveryId: null },
          {
            kind: 'message_received',
            accountNativeId: account.nativeId,
            contact: { senderId, name: `Name${senderId}`, username: `user${senderId}` },
            nativeMessageId: `mid${senderId}`,
            sentAt: now,
            messageKind: 'text',
            text,
            attachments: [{ type: 'image', url: `https://cdn/${senderId}`, title: null }],
            replyTo: null,
            source: { kind: 'dm', postId: null, commentId: null, adTitle: null },
          },
        );
      },
    );
  await receive('555000111', 'words of the first');
  await receive('555000222', 'words of the second');
  for (const [id, state] of [
    ['555000111', 'done'],
    ['555000222', 'done'],
    ['555000111', 'failed'],
  ] as const) {
    await store.write((tx) =>
      tx.run(
        `insert into deliveries (received_at, route, signed_by, body, state) values (1, 'instagram', 'instagram', :body, :state)`,
        { body: rawMessage(account.nativeId, id), state },
      ),
    );
  }
  const [person] = await inAgency().read((tx) =>
    tx.all<{ id: string }>(`select id from contacts where agency_id = :agency and sender_id = '555000111'`),
  );
  const other = await createAgency({ store, vault }, { name: 'Theirs', plan: 'plus' }, now);
  expect(await eraseContact({ store, takeOut }, other.agencyId, person!.id, 'operator', now)).toBeNull();

  // A reply to the person is still queued.
  const waiting = (await inAgency().read((tx) => listConversations(tx, null, 9, 0))).find(
    ({ contact }) => contact.id === person!.id,
  )!;
  const actor = { agencyId, deviceId: 'd', person: { id: 'p', name: 'Ida', role: 'owner' as const } };
  const inbox = createInbox({ store, clock: () => now, onCommitted: () => undefined });
  expect(
    await inbox.perform(actor, {
      id: 'c1',
      command: { kind: 'reply.send', conversationId: waiting.id, text: 'answer to the first' },
    }),
  ).toMatchObject({ ok: true });

  await inAgency().write((tx) => tx.run(`update messages set reaction = 'love' where agency_id = :agency`));
  expect(await eraseContact({ store, takeOut }, agencyId, person!.id, 'operator', now)).toEqual({
    contactId: person!.id,
    messages: 2,
    deliveries: 2,
    isLogEmptied: true,
  });
  copyDatabase(join(folder, 'transom.db'), join(folder, 'copy.db'));
  const bytes = readFileSync(join(folder, 'copy.db'));
  const left = [
    'words of the first',
    'answer to the first',
    'Name555000111',
    'user555000111',
    'https://cdn/555000111',
    '"555000111"',
  ].filter((trace) => bytes.includes(trace));
  expect(left).toEqual([]);
  expect(bytes.includes('words of the second')).toBe(true);

  const conversations = await inAgency().read((tx) => listConversations(tx, null, 9, 0));
  const erased = conversations.find(({ contact }) => contact.id === person!.id)!;
  expect(erased).toMatchObject({
    state: 'done',
    unreachable: true,
    contact: { name: null, username: null },
    handoff: null,
  });
  const messages = await inAgency().read((tx) => listMessages(tx, erased.id, null, 9, 0));
  expect(messages.map(({ text, state, reaction }) => [text, state, reaction])).toEqual([
    [null, 'failed', null],
    [null, 'received', null],
  ]);
  expect(conversations.find(({ contact }) => contact.id !== person!.id)).toMatchObject({
    contact: { name: 'Name555000222' },
  });

  // The feed still has no gaps.
  const seqs = await inAgency().read((tx) =>
    tx.all<{ seq: number }>(`select seq from changes where agency_id = :agency order by seq`),
  );
  expect(seqs.map(({ seq }) => seq)).toEqual(seqs.map((_, index) => index + 1));
  expect(await inAgency().read(verifyTrail)).toMatchObject({ ok: true });

  // A second erasure finds nothing more.
  await receive('555000222', 'words of the second');
  expect(await eraseContact({ store, takeOut }, agencyId, person!.id, 'operator', now)).toMatchObject({
    deliveries: 0,
    isLogEmptied: true,
  });
});
