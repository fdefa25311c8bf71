import { hash } from 'node:crypto';
import type { Person, Role } from '@transom/shared';
import { remember } from '../forgotten/forgotten.ts';
import type { Actor } from '../inbox/actor.ts';
import { inWork } from '../ledger/agency-work.ts';
import type { AgencyTx, Store, SystemTx } from '../store/port.ts';

/**
 * Who holds a token. `revoked` differs from `unknown`: a desk that was away when it was revoked must still be told to erase what it has.
 */
export type TokenHolder = Actor | 'revoked' | 'unknown';

export async function authenticate(store: Store, token: string): Promise<TokenHolder> {
  return store.read((tx) => holderOf(tx, token));
}

export async function holderOf(tx: SystemTx, token: string): Promise<TokenHolder> {
  const held = await tx.get<{ agency_id: string; device_id: string; revoked_at: number | null }>(
    `select agency_id, device_id, revoked_at from device_tokens where token_hash = :tokenHash`,
    { tokenHash: hashToken(token) },
  );
  if (held === undefined) return 'unknown';
  if (held.revoked_at !== null) return 'revoked';
  const person = await tx.forAgency(held.agency_id).get<Person>(
    `select p.id, p.name, p.role from devices d join people p on p.agency_id = d.agency_id and p.id = d.person_id
     where d.agency_id = :agency and d.id = :deviceId and d.revoked_at is null`,
    { deviceId: held.device_id },
  );
  return person === undefined ? 'revoked' : { agencyId: held.agency_id, person, deviceId: held.device_id };
}

/** Revokes a device: its token opens nothing from the commit on. False if there is no such device, or it was revoked before. */
export async function revokeDevice(
  store: Store,
  agencyId: string,
  deviceId: string,
  by: string,
  now: number,
): Promise<boolean> {
  return inWork(
    store.forAgency(agencyId),
    () => now,
    async (work) => {
      const { tx } = work;
      const ended = await tx.run(
        `update devices set revoked_at = :now where agency_id = :agency and id = :deviceId and revoked_at is null`,
        {
          deviceId,
          now,
        },
      );
      if (ended === 0) return false;
      const tokens = await tx.all<{ subject: string }>(
        `update device_tokens set revoked_at = :now where agency_id = :agency and device_id = :deviceId
       returning token_hash as subject`,
        { deviceId, now },
      );
      // An older backup must not let it in again.
      for (const { subject } of tokens) await remember(tx, { kind: 'revoked', subject, target: deviceId, at: now });
      work.record(by, 'device.revoked', deviceId);
      return true;
    },
  );
}

export type ListedDevice = {
  readonly id: string;
  readonly name: string;
  readonly person: Person;
  readonly createdAt: number;
  readonly revokedAt: number | null;
};

export async function listDevices(tx: AgencyTx): Promise<ListedDevice[]> {
  const rows = await tx.all<{
    id: string;
    name: string;
    person_id: string;
    person_name: string;
    role: Role;
    created_at: number;
    revoked_at: number | null;
  }>(
    `select d.id, d.name, p.id as person_id, p.name as person_name, p.role, d.created_at, d.revoked_at
     from devices d join people p on p.agency_id = d.agency_id and p.id = d.person_id
     where d.agency_id = :agency order by d.created_at, d.id`,
  );
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    person: { id: row.person_id, name: row.person_name, role: row.role },
    createdAt: row.created_at,
    revokedAt: row.revoked_at,
  }));
}

/** A random token of 256 bits needs no slow hash: there is nothing to guess. */
export function hashToken(token: string): string {
  return hash('sha256', token);
}
