import { randomBytes } from 'node:crypto';
import type { Channel } from '@transom/shared';
import type { ErasingDeps } from '../forgotten/erasures.ts';
import { inWork } from '../ledger/agency-work.ts';
import type { AgencyTx, Store } from '../store/port.ts';
import { accountsConnectedBy, disconnectAccount } from './disconnect-account.ts';
import { eraseContact, erasedId } from './erase-contact.ts';

/**
 * Meta's deauthorize and data-deletion duties. A person is named by the app-scoped id or, for people who wrote, by the id that webhooks
 * use.
 *
 *   open ──(tokens gone at once, within the request)──▶ open ──(every contact erased)──▶ done
 *
 * A request that a crash left open is finished later: `carryOutDeletions` runs at startup and after each request. The person's id is kept
 * only until the request is done.
 */
const by = 'meta';

/** The person revoked the app's permission: deletes tokens and stops sending. Returns how many accounts were disconnected. */
export async function deauthorize(store: Store, channel: Channel, appScopedId: string, now: number): Promise<number> {
  const accounts = await accountsConnectedBy(store, appScopedId, channel);
  for (const { agencyId, accountId } of accounts) {
    await inWork(
      store.forAgency(agencyId),
      () => now,
      (work) => disconnectAccount(work, accountId, by),
    );
  }
  return accounts.length;
}

/** Records a request and disconnects the person's accounts. While a request for the person is open, returns the same code again. */
export async function requestDeletion(
  store: Store,
  channel: Channel,
  appScopedId: string,
  now: number,
): Promise<string> {
  const person = `${channel}:${appScopedId}`;
  const request = await store.write((tx) =>
    tx.get<{ code: string }>(
      `insert into deletion_requests (code, app_scoped_id, received_at) values (:code, :person, :now)
       on conflict (app_scoped_id) where done_at is null do update set received_at = deletion_requests.received_at
       returning code`,
      { code: randomBytes(12).toString('hex'), person, now },
    ),
  );
  if (request === undefined) throw new Error('The database took a request to erase and gave it no code.');
  await deauthorize(store, channel, appScopedId, now);
  return request.code;
}

/** `found`: how many of our people and accounts it concerned; null until it is carried out. */
export type DeletionState = {
  readonly receivedAt: number;
  readonly doneAt: number | null;
  readonly found: number | null;
};

export async function readDeletion(store: Store, code: string): Promise<DeletionState | null> {
  const row = await store.read((tx) =>
    tx.get<DeletionState>(
      `select received_at as "receivedAt", done_at as "doneAt", found from deletion_requests where code = :code`,
      { code },
    ),
  );
  return row ?? null;
}

/** Finishes every open request: one contact per transaction, so that nothing waits for a long one. */
export async function carryOutDeletions(deps: ErasingDeps, clock: () => number): Promise<void> {
  const { store } = deps;
  const open = await store.read((tx) =>
    tx.all<{ code: string; app_scoped_id: string }>(
      `select code, app_scoped_id from deletion_requests where done_at is null order by received_at, code`,
    ),
  );
  for (const request of open) {
    const [channel, ...rest] = request.app_scoped_id.split(':');
    const person = rest.join(':');
    let found = await erasePerson(deps, channel as Channel, person, clock);
    for (const account of await accountsConnectedBy(store, person, channel as Channel)) {
      found += 1 + (await eraseContactsOf(deps, account, clock));
      await forgetConnector(store, account.agencyId, account.accountId, clock());
    }
    // If a run is cut off, the next one counts less: what is erased already is not found again.
    await store.write((tx) =>
      tx.run(
        `update deletion_requests set done_at = :now, app_scoped_id = null, found = coalesce(found, 0) + :found where code = :code`,
        { code: request.code, now: clock(), found },
      ),
    );
  }
}

/** Erases the person's contacts. Those already erased are not found again: their id is gone. */
async function erasePerson(
  deps: ErasingDeps,
  channel: Channel,
  senderId: string,
  clock: () => number,
): Promise<number> {
  const { store } = deps;
  let erased = 0;
  for (const { id: agencyId } of await store.read((tx) => tx.all<{ id: string }>(`select id from agencies`))) {
    const contacts = await store.forAgency(agencyId).read((tx) => contactsOfSender(tx, channel, senderId));
    for (const { id } of contacts) await eraseContact(deps, agencyId, id, by, clock());
    erased += contacts.length;
  }
  return erased;
}

export function contactsOfSender(tx: AgencyTx, channel: Channel, senderId: string): Promise<{ id: string }[]> {
  return tx.all<{ id: string }>(
    `select id from contacts where agency_id = :agency and sender_id = :senderId
       and account_id in (select id from accounts where agency_id = :agency and channel = :channel)`,
    { channel, senderId },
  );
}

/** Erases everybody who wrote to the account, in batches: there may be very many. */
async function eraseContactsOf(
  deps: ErasingDeps,
  { agencyId, accountId }: { readonly agencyId: string; readonly accountId: string },
  clock: () => number,
): Promise<number> {
  let erased = 0;
  for (let after = ''; ; ) {
    const contacts = await deps.store.forAgency(agencyId).read((tx) => contactsOfAccount(tx, accountId, after));
    for (const { id, senderId } of contacts) {
      after = senderId;
      if (senderId === erasedId(id)) continue;
      await eraseContact(deps, agencyId, id, by, clock());
      erased += 1;
    }
    if (contacts.length === 0) return erased;
  }
}

export function contactsOfAccount(
  tx: AgencyTx,
  accountId: string,
  after: string,
): Promise<{ id: string; senderId: string }[]> {
  return tx.all<{ id: string; senderId: string }>(
    `select id, sender_id as "senderId" from contacts
     where agency_id = :agency and account_id = :accountId and sender_id > :after order by sender_id limit 200`,
    { accountId, after },
  );
}

async function forgetConnector(store: Store, agencyId: string, accountId: string, now: number): Promise<void> {
  await inWork(
    store.forAgency(agencyId),
    () => now,
    async (work) => {
      await work.tx.run(`update accounts set app_scoped_id = null where agency_id = :agency and id = :accountId`, {
        accountId,
      });
      work.record(by, 'account.data_deleted', accountId);
    },
  );
}
