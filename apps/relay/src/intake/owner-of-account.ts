import type { Channel } from '@transom/shared';
import type { SystemTx } from '../store/port.ts';
import type { AccountOfChannel } from './words-taken-back.ts';

export type OwnedAccount = { readonly agencyId: string; readonly account: AccountOfChannel };

/** Whose account this is; null where nobody has connected it. Ids are unique within a channel only. */
export async function findOwner(tx: SystemTx, channel: Channel, nativeId: string): Promise<OwnedAccount | null> {
  const route = await tx.get<{ agencyId: string; accountId: string }>(
    `select agency_id as "agencyId", account_id as "accountId" from account_routes
     where native_id = :nativeId and channel = :channel`,
    { nativeId, channel },
  );
  if (route === undefined) return null;
  return { agencyId: route.agencyId, account: { id: route.accountId, channel, nativeId } };
}
