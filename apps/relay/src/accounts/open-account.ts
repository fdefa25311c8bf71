import type { Channel } from '@transom/shared';
import type { ChannelAccount } from '../outbound/channel-port.ts';
import type { AgencyTx } from '../store/port.ts';
import type { Vault } from '../vault/vault.ts';

/** What an account's token is sealed for; a token moved to another account does not open. */
export function tokenPurpose(accountId: string): string {
  return `token:${accountId}`;
}

/** The account as the channel's calls take it, with its token opened. Null if there is none, or its token is gone. */
export async function channelAccount(tx: AgencyTx, vault: Vault, accountId: string): Promise<ChannelAccount | null> {
  const account = await tx.get<{ channel: Channel; native_id: string; token: string | null }>(
    `select channel, native_id, token from accounts where agency_id = :agency and id = :accountId`,
    { accountId },
  );
  if (account === undefined || account.token === null) return null;
  return {
    channel: account.channel,
    nativeId: account.native_id,
    token: await vault.open(tx, tokenPurpose(accountId), account.token),
  };
}
