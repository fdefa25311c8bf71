import { type Channel, type ChannelPolicy, policyOf } from '@transom/shared';
import { policyOfAccount, readPolicy } from '../ledger/documents/policy.ts';
import type { AgencyTx } from '../store/port.ts';
import type { ContactHint } from './events.ts';

/** What a contact's `metadata` tells about where they write from. */
type Social = { readonly platform: Channel; readonly senderId: string; readonly profileUrl: string | null };

export type NewContact = ContactHint & { readonly id: string; readonly accountId: string; readonly channel: Channel };

export async function insertContact(tx: AgencyTx, contact: NewContact, at: number): Promise<void> {
  const { id, accountId, channel, senderId, name, username } = contact;
  const policy = await policyOfAccount(tx, { id: accountId, channel });
  const social: Social = { platform: channel, senderId, profileUrl: profileUrl(policy, username) };
  await tx.run(
    `insert into contacts (agency_id, id, account_id, sender_id, name, username, metadata, created_at)
     values (:agency, :id, :accountId, :senderId, :name, :username, :metadata, :at)`,
    { id, accountId, senderId, name, username, metadata: JSON.stringify({ social }), at },
  );
}

/** Keeps the names that the channel gave; a name that it omits this time stays as it was. True if something was new. */
export async function rememberNames(
  tx: AgencyTx,
  contactId: string,
  told: { name: string | null; username: string | null },
): Promise<boolean> {
  const known = await tx.get<Known>(
    `select t.name, t.username, t.metadata, a.channel, a.policy from contacts t
     join accounts a on a.agency_id = t.agency_id and a.id = t.account_id
     where t.agency_id = :agency and t.id = :contactId`,
    { contactId },
  );
  if (known === undefined) return false;
  const name = told.name ?? known.name;
  const username = told.username ?? known.username;
  if (name === known.name && username === known.username) return false;
  const policy = policyOf({ channel: known.channel, policy: readPolicy(known.policy) });
  const { social } = JSON.parse(known.metadata) as { social: Social };
  const metadata = JSON.stringify({ social: { ...social, profileUrl: profileUrl(policy, username) } });
  await tx.run(
    `update contacts set name = :name, username = :username, metadata = :metadata where agency_id = :agency and id = :contactId`,
    {
      contactId,
      name,
      username,
      metadata,
    },
  );
  return true;
}

type Known = {
  readonly name: string | null;
  readonly username: string | null;
  readonly metadata: string;
  readonly channel: Channel;
  readonly policy: string | null;
};

function profileUrl({ profileUrl: address }: ChannelPolicy, username: string | null): string | null {
  return username === null ? null : (address?.replace('{username}', encodeURIComponent(username)) ?? null);
}
