import { type CommandAnswer, type CommandOf, newId, refuse } from '@transom/shared';
import { remember } from '../forgotten/forgotten.ts';
import type { Actor } from '../inbox/actor.ts';
import { done } from '../inbox/inbox.ts';
import type { AgencyWork } from '../ledger/agency-work.ts';

/**
 * A grant lets a partner see how a business is doing. One of the business's owners gives it, and any of them may end it. The business's own
 * audit trail names the grant, never the partner; only the grant says who that is.
 */
export type Granted = { readonly grantId: string; readonly isNew: boolean };

/** Null if that person is not an owner of the business. If a grant is open already, it is returned. */
export async function grant(work: AgencyWork, partnerId: string, ownerId: string): Promise<Granted | null> {
  const { tx, now } = work;
  const owner = await tx.get(
    `select 1 as found from people where agency_id = :agency and id = :ownerId and role = 'owner'`,
    { ownerId },
  );
  if (owner === undefined) return null;
  const grantId = newId();
  const added = await tx.run(
    `insert into partner_grants (id, partner_id, agency_id, granted_by, granted_at)
     values (:grantId, :partnerId, :agency, :ownerId, :now)
     on conflict (partner_id, agency_id) where ended_at is null do nothing`,
    { grantId, partnerId, ownerId, now },
  );
  if (added > 0) {
    work.record(ownerId, 'partner.granted', grantId);
    return { grantId, isNew: true };
  }
  const open = await tx.get<{ id: string }>(
    `select id from partner_grants where agency_id = :agency and partner_id = :partnerId and ended_at is null`,
    { partnerId },
  );
  return open === undefined ? null : { grantId: open.id, isNew: false };
}

/** An owner's command at the desk. From this commit on, the partner can read nothing more, even if an older backup is restored. */
export async function endGrant(
  work: AgencyWork,
  { person }: Actor,
  { grantId }: CommandOf<'partner.end_grant'>,
): Promise<CommandAnswer> {
  const { tx, now } = work;
  const ended = await tx.run(
    `update partner_grants set ended_by = :by, ended_at = :now where agency_id = :agency and id = :grantId and ended_at is null`,
    { grantId, by: person.id, now },
  );
  if (ended === 0) return { ok: false, refusal: refuse('not_found.grant') };
  await remember(tx, { kind: 'grant_ended', subject: grantId, target: person.id, at: now });
  work.record(person.id, 'partner.grant_ended', grantId);
  return done;
}
