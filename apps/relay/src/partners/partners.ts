import { newId } from '@transom/shared';
import type { Store } from '../store/port.ts';

/** A partner looks after several businesses and has its own people. Managers decide who these are; viewers look. */
export const partnerRoles = ['manager', 'viewer'] as const;
export type PartnerRole = (typeof partnerRoles)[number];

export async function addPartner(store: Store, name: string, now: number): Promise<string> {
  const id = newId();
  await store.write((tx) =>
    tx.run(`insert into partners (id, name, created_at) values (:id, :name, :now)`, { id, name, now }),
  );
  return id;
}

/** Null if there is no such partner. */
export async function addPartnerPerson(
  store: Store,
  person: { readonly partnerId: string; readonly name: string; readonly role: PartnerRole },
  now: number,
): Promise<string | null> {
  const id = newId();
  const added = await store.write((tx) =>
    tx.run(
      `insert into partner_people (partner_id, id, name, role, created_at)
       select id, :id, :name, :role, :now from partners where id = :partnerId`,
      { ...person, id, now },
    ),
  );
  return added === 0 ? null : id;
}

export type Partner = { readonly id: string; readonly name: string; readonly people: number };

export function listPartners(store: Store): Promise<Partner[]> {
  return store.read((tx) =>
    tx.all<Partner>(
      `select p.id, p.name, (select count(*) from partner_people q where q.partner_id = p.id) as people
       from partners p order by p.created_at, p.id`,
    ),
  );
}
