import { because, type Channel, newId, type Reason } from '@transom/shared';
import type { Clock } from '../clock.ts';
import { reconsiderUnclaimed } from '../intake/deliveries.ts';
import { type AgencyWork, inWorkWithin } from '../ledger/agency-work.ts';
import type { AccountIdentity, ChannelPort } from '../outbound/channel-port.ts';
import { markRepliesConnected } from '../outbound/told-to-wait.ts';
import { overtaken } from '../store/errors.ts';
import type { AgencyTx, Store, SystemTx } from '../store/port.ts';
import type { Vault } from '../vault/vault.ts';
import { tokenPurpose } from './open-account.ts';

export type NewAccount = {
  readonly agencyId: string;
  readonly channel: Channel;
  readonly token: string;
  /** When the token expires (ms), if known. */
  readonly tokenExpiresAt: number | null;
  /** Meta's app-scoped id of the person who signed in, if the token does not reveal it. Deletion requests use this id. */
  readonly connectedBy?: string;
  /** Who connects it, for the audit trail. */
  readonly by: string;
};

/** If `subscribed` is false, the account exists and can send, but receives nothing until `subscriptionTrouble` is fixed. */
export type AddedAccount =
  | {
      readonly ok: true;
      readonly accountId: string;
      readonly nativeId: string;
      readonly name: string;
      readonly isNew: boolean;
      readonly subscribed: boolean;
      readonly subscriptionTrouble: Reason | null;
    }
  | { readonly ok: false; readonly reason: 'token_refused' | 'other_agency'; readonly why: Reason };

/**
 * Connects or reconnects an account: asks the channel whose token this is, seals the token, opens the route for its webhooks, then
 * subscribes. An account belongs to one agency; a second agency is refused.
 */
export async function addAccount(
  { store, vault, channels, clock }: { store: Store; vault: Vault; channels: ChannelPort; clock: Clock },
  request: NewAccount,
): Promise<AddedAccount> {
  const { agencyId, channel, token } = request;
  const asked = await channels.identify(channel, token);
  if (!asked.ok) return { ok: false, reason: 'token_refused', why: asked.why };
  const { identity } = asked;
  const connectedBy = identity.appScopedId ?? request.connectedBy ?? (await channels.readSignedInBy(channel, token));
  const kept = await store.write(async (tx) => {
    const owner = await ownerOfRoute(tx, channel, identity.nativeId);
    if (owner !== null && owner !== agencyId) return null;
    return inWorkWithin(tx.forAgency(agencyId), clock(), async (work) => {
      const known = await knownAccount(work.tx, channel, identity.nativeId);
      const accountId = known ?? newId();
      if (owner === null) {
        await openRoute(work.tx, channel, identity.nativeId, accountId);
        await reconsiderUnclaimed(tx, work.now);
      }
      const policy = JSON.stringify(channels.policies[channel]);
      await keepAccount(work, vault, request, { ...identity, appScopedId: connectedBy, policy }, accountId);
      await announceAdded(work, request, { accountId, isNew: known === null });
      return { accountId, isNew: known === null };
    });
  });
  if (kept === null)
    return { ok: false, reason: 'other_agency', why: because('other_agency', { name: identity.name }) };
  const subscription = await channels.subscribe({ channel, nativeId: identity.nativeId, token });
  return {
    ok: true,
    ...kept,
    nativeId: identity.nativeId,
    name: identity.name,
    subscribed: subscription.ok,
    subscriptionTrouble: subscription.ok ? null : subscription.why,
  };
}

/** The agency that has the account; null if none has it. */
async function ownerOfRoute(tx: SystemTx, channel: Channel, nativeId: string): Promise<string | null> {
  const route = await tx.get<{ agencyId: string }>(
    `select agency_id as "agencyId" from account_routes where native_id = :nativeId and channel = :channel`,
    { nativeId, channel },
  );
  return route?.agencyId ?? null;
}

/** Only one agency can open it. The second starts over and finds the first. */
async function openRoute(tx: AgencyTx, channel: Channel, nativeId: string, accountId: string): Promise<void> {
  const opened = await tx.run(
    `insert into account_routes (native_id, channel, agency_id, account_id) values (:nativeId, :channel, :agency, :accountId)
     on conflict (native_id, channel) do nothing`,
    { nativeId, channel, accountId },
  );
  if (opened === 0) throw overtaken('it connected this account');
}

async function knownAccount(tx: AgencyTx, channel: Channel, nativeId: string): Promise<string | null> {
  const known = await tx.get<{ id: string }>(
    `select id from accounts where agency_id = :agency and channel = :channel and native_id = :nativeId`,
    { channel, nativeId },
  );
  return known?.id ?? null;
}

async function keepAccount(
  { tx, now }: AgencyWork,
  vault: Vault,
  { channel, token, tokenExpiresAt }: NewAccount,
  { nativeId, appScopedId, name, username, policy }: AccountIdentity & { readonly policy: string | undefined },
  accountId: string,
): Promise<void> {
  await tx.run(
    `insert into accounts (agency_id, id, channel, native_id, app_scoped_id, name, username, state, token, token_expires_at, policy, created_at)
     values (:agency, :accountId, :channel, :nativeId, :appScopedId, :name, :username, 'connected', :token, :tokenExpiresAt, :policy, :now)
     on conflict (agency_id, id) do update set app_scoped_id = coalesce(excluded.app_scoped_id, accounts.app_scoped_id), name = excluded.name, username = excluded.username,
       state = excluded.state, token = excluded.token, token_expires_at = excluded.token_expires_at, policy = excluded.policy,
       token_number = accounts.token_number + 1`,
    {
      ...{ accountId, channel, nativeId, appScopedId, name, username, tokenExpiresAt, now },
      token: await vault.seal(tx, tokenPurpose(accountId), token),
      policy: policy ?? null,
    },
  );
}

async function announceAdded(
  work: AgencyWork,
  { by, channel }: NewAccount,
  { accountId, isNew }: { readonly accountId: string; readonly isNew: boolean },
): Promise<void> {
  work.touch('account', accountId);
  work.record(by, isNew ? 'account.connected' : 'account.reconnected', accountId, { channel });
  await markRepliesConnected(work, accountId);
}
