import { randomBytes } from 'node:crypto';
import type { Channel } from '@transom/shared';
import type { ErasingDeps } from '../forgotten/erasures.ts';
import { AgencyWork } from '../inbox/agency-work.ts';
import type { Store } from '../store/port.ts';
import { accountsConnectedBy, disconnectAccount } from './disconnect-account.ts';
import { eraseContact } from './erase-contact.ts';

/**
 * Meta's deauthorize and data-deletion duties. A person is named by the id scoped to our app, or, for people who wrote, by the
 * id that webhooks use.
 *
 *   open ──(tokens gone at once, within the request)──▶ open ──(every contact erased)──▶ done
 *
 * An open request is finished after a crash: `carryOutDeletions` runs at the start and after each request. The person's id is
 * kept only until then.
 */
const by = 'meta';

/** The person took the app's permission back: tokens go, sending stops. Returns how many accounts that ended. */
export async function deauthorize(store: Store, channel: Channel, appScopedId: string, now: number): Promise<number> {
  const accounts = await accountsConnectedBy(store, appScopedId, channel);
  for (const { agencyId, accountId } of accounts) {
    await store.forAgency(agencyId).write(async (tx) => {
      const work = new AgencyWork(tx, now);
      await disconnectAccount(work, accountId, by);
      await work.finish();
    });
  }
  return accounts.length;
}

/** Takes a request down and ends the person's connections. Asked again for a person whose request is open, answers the same code. */
export async function requestDeletion(
  store: Store,
  channel: Channel,
  appScopedId: string,
  now: number,
): Promise<string> {
  const person = `${channel}:${appScopedId}`;
  const code = await store.write(async (tx) => {
    const open = await tx.get<{ code: string }>(
      `select code from deletion_requests where app_scoped_id = :person and done_at is null`,
      { person },
    );
    if (open !== undefined) return open.code;
    const fresh = randomBytes(12).toString('hex');
    await tx.run(`insert into deletion_requests (code, app_scoped_id, received_at) values (:code, :person, :now)`, {
      code: fresh,
      person,
      now,
    });
    return fresh;
  });
  await deauthorize(store, channel, appScopedId, now);
  return code;
}

/** `found`: how many people and accounts of ours it was about; null while it is carried out. */
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

/** Finishes every open request: one contact a transaction, so that nobody waits for a long one. */
export async function carryOutDeletions(deps: ErasingDeps, clock: () => number): Promise<void> {
  const { store } = deps;
  const open = await store.read((tx) =>
    tx.all<{ code: string; app_scoped_id: string }>(
      `select code, app_scoped_id from deletion_requests where done_at is null order by received_at, code`,
    ),
  );
  for (const request of open) {
    const [channel, ...rest] = request.app_scoped_id.split(':');
    const contacts = await contactsOf(store, channel as Channel, rest.join(':'));
    for (const { agencyId, contactId } of contacts) {
      await eraseContact(deps, agencyId, contactId, by, clock());
    }
    const accounts = await accountsConnectedBy(store, rest.join(':'), channel as Channel);
    for (const { agencyId, accountId } of accounts) {
      await forgetConnector(store, agencyId, accountId, clock());
    }
    // Cut off in the middle, it finds less the second time, but never nothing where there was something: the account comes last.
    await store.write((tx) =>
      tx.run(
        `update deletion_requests set done_at = :now, app_scoped_id = null, found = coalesce(found, 0) + :found where code = :code`,
        { code: request.code, now: clock(), found: contacts.length + accounts.length },
      ),
    );
  }
}

/** Contacts on the accounts that the person connected, and the person as somebody who wrote. Erased ones are not found again. */
async function contactsOf(
  store: Store,
  channel: Channel,
  appScopedId: string,
): Promise<{ agencyId: string; contactId: string }[]> {
  return store.read(async (tx) => {
    const found: { agencyId: string; contactId: string }[] = [];
    for (const { id: agencyId } of await tx.all<{ id: string }>(`select id from agencies`)) {
      const contacts = await tx.forAgency(agencyId).all<{ id: string }>(
        `select c.id from contacts c join accounts a on a.agency_id = c.agency_id and a.id = c.account_id
         where c.agency_id = :agency and a.channel = :channel and (a.app_scoped_id = :appScopedId or c.sender_id = :appScopedId)
           and c.sender_id <> 'erased:' || c.id`,
        { channel, appScopedId },
      );
      found.push(...contacts.map(({ id }) => ({ agencyId, contactId: id })));
    }
    return found;
  });
}

async function forgetConnector(store: Store, agencyId: string, accountId: string, now: number): Promise<void> {
  await store.forAgency(agencyId).write(async (tx) => {
    await tx.run(`update accounts set app_scoped_id = null where agency_id = :agency and id = :accountId`, {
      accountId,
    });
    const work = new AgencyWork(tx, now);
    work.record(by, 'account.data_deleted', accountId);
    await work.finish();
  });
}
