import { join } from 'node:path';
import { newId } from '@transom/shared';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { addAccount } from '../accounts/add-account.ts';
import { requestDeletion } from '../accounts/deletion-requests.ts';
import { AttemptLimit } from '../fair-share/attempt-limit.ts';
import { inWork } from '../ledger/agency-work.ts';
import type { AccountIdentity } from '../outbound/channel-port.ts';
import { inviteLifeMs, makeCode } from '../people/codes.ts';
import { pairDevice } from '../people/pairing.ts';
import { type AgencyInRoom, openRelayRoom, type RelayRoom } from '../testing/relay-room.ts';
import { channelThat, sentAs } from '../testing/replies.ts';
import { ensureMasterKey } from '../vault/master-key.ts';
import { Vault } from '../vault/vault.ts';
import type { Store } from './port.ts';

/** Two processes that want the same row of a table that no agency owns, at the same moment. */
let room: RelayRoom;
let agency: AgencyInRoom;
let stores: readonly Store[];
beforeEach(async () => {
  room = await openRelayRoom();
  agency = await room.addAgency();
  stores = [room.store, room.database.open()];
});
afterEach(async () => {
  await stores[1]!.close();
  await room[Symbol.asyncDispose]();
});

const rows = (sql: string) => room.store.read((tx) => tx.all(sql));

async function code(): Promise<string> {
  const made = await inWork(agency.agency, room.clock, (work) =>
    makeCode(work, { role: 'agent', personId: null, lifeMs: inviteLifeMs, by: 'operator' }),
  );
  return made.code;
}
const pair = (store: Store, given: { code: string; deviceToken?: string }) =>
  pairDevice({ store, attempts: new AttemptLimit() }, { ...given, name: 'Ida', address: null }, room.clock());

it('lets a desk that asks twice at the same moment in once, with the same answer', async () => {
  const given = { code: await code(), deviceToken: 'made by the desk' };
  const [one, two] = await Promise.all(stores.map((store) => pair(store, given)));
  expect(one).toMatchObject({ ok: true });
  expect(two).toEqual(one);
  expect(await rows(`select 1 from device_tokens`)).toHaveLength(1);
});

it('uses one code for one device, and one token for one code', async () => {
  const once = await code();
  const sameCode = await Promise.all(stores.map((store) => pair(store, { code: once })));
  expect(sameCode.map(({ ok }) => ok).toSorted()).toEqual([false, true]);
  const codes = [await code(), await code()];
  const sameToken = await Promise.all(
    stores.map((store, n) => pair(store, { code: codes[n]!, deviceToken: 'one token' })),
  );
  expect(sameToken.map(({ ok }) => ok).toSorted()).toEqual([false, true]);
  // The refused desk can still use its code.
  const refused = codes[sameToken.findIndex(({ ok }) => !ok)]!;
  expect(await pair(room.store, { code: refused, deviceToken: 'another token' })).toMatchObject({ ok: true });
});

it('gives an account to one of two agencies that connect it', async () => {
  const other = await room.addAgency({ nativeId: 'other shop' });
  const masterKeyFile = join(room.folder, 'master.key');
  ensureMasterKey(masterKeyFile);
  const vault = new Vault(masterKeyFile);
  for (const { id } of [agency, other])
    await room.store.write((tx) =>
      tx.run(`update agencies set data_key = :key where id = :id`, { id, key: vault.newDataKey(id) }),
    );
  const identity: AccountIdentity = { nativeId: 'wanted', appScopedId: null, name: 'Fjord', username: null };
  const channels = {
    ...channelThat(async () => sentAs('none')),
    identify: async () => ({ ok: true, identity }) as const,
  };
  const added = await Promise.all(
    [agency, other].map(({ id: agencyId }, n) =>
      addAccount(
        { store: stores[n]!, vault, channels, clock: room.clock },
        { agencyId, channel: 'instagram', token: newId(), tokenExpiresAt: null, by: 'operator' },
      ),
    ),
  );
  expect(added.map(({ ok }) => ok).toSorted()).toEqual([false, true]);
  const winner = [agency, other][added.findIndex(({ ok }) => ok)]!;
  expect(await rows(`select agency_id from account_routes where native_id = 'wanted'`)).toEqual([
    { agency_id: winner.id },
  ]);
  const loser = winner === agency ? other : agency;
  expect(await loser.rows(`select 1 from accounts where agency_id = :agency and native_id = 'wanted'`)).toEqual([]);
});

it('has one open request to erase a person, however many come at once', async () => {
  const ask = (store: Store) => requestDeletion(store, 'instagram', 'person', room.clock());
  const codes = new Set(await Promise.all([...stores, ...stores].map(ask)));
  expect(codes.size).toBe(1);
  await room.store.write((tx) =>
    tx.run(`update deletion_requests set done_at = 1, app_scoped_id = null where done_at is null`),
  );
  codes.add(await ask(room.store));
  expect(codes.size).toBe(2);
});
