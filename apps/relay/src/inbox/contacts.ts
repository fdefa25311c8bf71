import type { Channel } from '@transom/shared';
import type { AgencyTx } from '../store/port.ts';
import type { ContactHint } from './events.ts';

/** What a contact's `metadata` says of where they write from. */
type Social = { readonly platform: Channel; readonly senderId: string; readonly profileUrl: string | null };

export type NewContact = ContactHint & { readonly id: string; readonly accountId: string; readonly channel: Channel };

export async function insertContact(tx: AgencyTx, contact: NewContact, at: number): Promise<void> {
  const { id, accountId, channel, senderId, name, username } = contact;
  const social: Social = { platform: channel, senderId, profileUrl: profileUrl(channel, username) };
  await tx.run(
    `insert into contacts (agency_id, id, account_id, sender_id, name, username, metadata, created_at)
     values (:agency, :id, :accountId, :senderId, :name, :username, :metadata, :at)`,
    { id, accountId, senderId, name, username, metadata: JSON.stringify({ social }), at },
  );
}

/** Keeps the names that the channel told; one that it does not tell this time stays as it was. True when something was new. */
export async function rememberNames(
  tx: AgencyTx,
  contactId: string,
  told: { name: string | null; username: string | null },
): Promise<boolean> {
  const known = await tx.get<{ name: string | null; username: string | null; metadata: string }>(
    `select name, username, metadata from contacts where agency_id = :agency and id = :contactId`,
    { contactId },
  );
  if (known === undefined) return false;
  const name = told.name ?? known.name;
  const username = told.username ?? known.username;
  if (name === known.name && username === known.username) return false;
  const { social } = JSON.parse(known.metadata) as { social: Social };
  const metadata = JSON.stringify({ social: { ...social, profileUrl: profileUrl(social.platform, username) } });
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

function profileUrl(channel: Channel, username: string | null): string | null {
  return channel === 'instagram' && username !== null
    ? `https://www.instagram.com/${encodeURIComponent(username)}/`
    : null;
}
