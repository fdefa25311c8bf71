import { type Channel, newId } from '@transom/shared';
import type { Clock } from '../clock.ts';
import { reconsiderUnclaimed } from '../intake/deliveries.ts';
import { type AgencyWork, inWorkWithin } from '../ledger/agency-work.ts';
import type { AccountIdentity, ChannelPort } from '../outbound/channel-port.ts';
import { tellConnected } from '../outbound/told-to-wait.ts';
import type { Store } from '../store/port.ts';
import type { Vault } from '../vault/vault.ts';
import { tokenPurpose } from './open-account.ts';

export type NewAccount = {
  readonly agencyId: string;
  readonly channel: Exclude<Channel, 'internal'>;
  readonly token: string;
  /** When the token ends (ms), where known. */
  readonly tokenExpiresAt: number | null;
  /** Meta's id of the person who signed in, scoped to the app, where the token does not reveal it. Deletion requests name this id. */
  readonly connectedBy?: string;
  /** Who connects it, for the audit trail. */
  readonly by: string;
};

/** `subscribed` false: the account is there and can send, but receives nothing until `subscriptionDetail` is put right. */
export type AddedAccount =
  | {
      readonly ok: true;
      readonly accountId: string;
      readonly nativeId: string;
      readonly name: string;
      readonly isNew: boolean;
      readonly subscribed: boolean;
      readonly subscriptionDetail: string | null;
    }
  | { readonly ok: false; readonly reason: 'token_refused' | 'other_agency'; readonly detail: string };

/**
 * Connects an account, or connects it again: asks the channel whose token this is, seals the token, opens the route for its
 * webhooks, then subscribes. One account belongs to one agency; a second agency is refused.
 */
export async function addAccount(
  { store, vault, channels, clock }: { store: Store; vault: Vault; channels: ChannelPort; clock: Clock },
  request: NewAccount,
): Promise<AddedAccount> {
  const { agencyId, channel, token } = request;
  const asked = await channels.identify(channel, token);
  if (!asked.ok) return { ok: false, reason: 'token_refused', detail: asked.detail };
  const { identity } = asked;
  const connectedBy = identity.appScopedId ?? request.connectedBy ?? (await channels.readSignedInBy(channel, token));
  const kept = await store.write(async (tx) => {
    const route = await tx.get<{ agency_id: string }>(
      `select agency_id from account_routes where native_id = :nativeId and channel = :channel`,
      { nativeId: identity.nativeId, channel },
    );
    if (route !== undefined && route.agency_id !== agencyId) return null;
    if (route === undefined) await reconsiderUnclaimed(tx, clock());
    return inWorkWithin(tx.forAgency(agencyId), clock(), (work) =>
      keepAccount(work, vault, request, { ...identity, appScopedId: connectedBy }),
    );
  });
  if (kept === null) {
    return {
      ok: false,
      reason: 'other_agency',
      detail: `${identity.name} is connected to another agency of this relay. Remove it there first.`,
    };
  }
  const subscription = await channels.subscribe({ channel, nativeId: identity.nativeId, token });
  return {
    ok: true,
    ...kept,
    nativeId: identity.nativeId,
    name: identity.name,
    subscribed: subscription.ok,
    subscriptionDetail: subscription.ok ? null : subscription.detail,
  };
}

async function keepAccount(work: AgencyWork, vault: Vault, request: NewAccount, identity: AccountIdentity) {
  const { tx, now } = work;
  const { channel } = request;
  const known = await tx.get<{ id: string }>(
    `select id from accounts where agency_id = :agency and channel = :channel and native_id = :nativeId`,
    { channel, nativeId: identity.nativeId },
  );
  const accountId = known?.id ?? newId();
  await tx.run(
    `insert into accounts (agency_id, id, channel, native_id, app_scoped_id, name, username, state, token, token_expires_at, created_at)
     values (:agency, :accountId, :channel, :nativeId, :appScopedId, :name, :username, 'connected', :token, :tokenExpiresAt, :now)
     on conflict (agency_id, id) do update set app_scoped_id = coalesce(excluded.app_scoped_id, accounts.app_scoped_id), name = excluded.name, username = excluded.username,
       state = excluded.state, token = excluded.token, token_expires_at = excluded.token_expires_at,
       token_number = accounts.token_number + 1`,
    {
      accountId,
      channel,
      nativeId: identity.nativeId,
      appScopedId: identity.appScopedId,
      name: identity.name,
      username: identity.username,
      token: await vault.seal(tx, tokenPurpose(accountId), request.token),
      tokenExpiresAt: request.tokenExpiresAt,
      now,
    },
  );
  await tx.run(
    `insert into account_routes (native_id, channel, agency_id, account_id) values (:nativeId, :channel, :agency, :accountId)
     on conflict (native_id, channel) do nothing`,
    { nativeId: identity.nativeId, channel, accountId },
  );
  work.touch('account', accountId);
  work.record(request.by, known === undefined ? 'account.connected' : 'account.reconnected', accountId, { channel });
  await tellConnected(work, accountId);
  return { accountId, isNew: known === undefined };
}
