import type { Channel } from '@transom/shared';
import type { AgencyWork } from '../ledger/agency-work.ts';
import { markRepliesWaiting } from '../outbound/told-to-wait.ts';
import type { Store } from '../store/port.ts';

/**
 * Forgets an account's token and stops its sending. Its webhook route stays: what is still in flight is kept, and reconnecting continues
 * the same conversations. The caller finishes `work`. False if there is no such account.
 */
export async function disconnectAccount(work: AgencyWork, accountId: string, by: string): Promise<boolean> {
  const changed = await work.tx.run(
    `update accounts set state = 'disconnected', token = null, token_expires_at = null where agency_id = :agency and id = :accountId`,
    { accountId },
  );
  if (changed === 0) return false;
  work.touch('account', accountId);
  work.record(by, 'account.disconnected', accountId);
  await markRepliesWaiting(work, accountId, 'account_disconnected');
  return true;
}

/** Also gives up the account's route, so that another agency may connect it. Its conversations stay readable. */
export async function removeAccount(work: AgencyWork, accountId: string, by: string): Promise<boolean> {
  if (!(await disconnectAccount(work, accountId, by))) return false;
  await work.tx.run(`delete from account_routes where agency_id = :agency and account_id = :accountId`, { accountId });
  work.record(by, 'account.removed', accountId);
  return true;
}

export type OwnedAccount = { readonly agencyId: string; readonly accountId: string };

/** The accounts of a channel that a person connected, across all agencies. Meta names this person by the app-scoped id. */
export async function accountsConnectedBy(
  store: Store,
  appScopedId: string,
  channel: Channel,
): Promise<OwnedAccount[]> {
  return store.read(async (tx) => {
    const found: OwnedAccount[] = [];
    for (const { id: agencyId } of await tx.all<{ id: string }>(`select id from agencies`)) {
      const accounts = await tx
        .forAgency(agencyId)
        .all<{ id: string }>(
          `select id from accounts where agency_id = :agency and app_scoped_id = :appScopedId and channel = :channel`,
          { appScopedId, channel },
        );
      found.push(...accounts.map(({ id }) => ({ agencyId, accountId: id })));
    }
    return found;
  });
}
