import { hash, randomBytes } from 'node:crypto';
import { type Channel, minuteMs } from '@transom/shared';
import type { Actor } from '../inbox/actor.ts';
import type { Store } from '../store/port.ts';

/**
 * Signing in with Meta happens in the system browser. `state` ties the callback to the agency, person and device that began it: 256 random
 * bits, valid once and for ten minutes, stored as a hash. Without it, somebody could slip their own account into a stranger's agency.
 */
const stateLifeMs = 10 * minuteMs;

export type SignIn = { readonly agencyId: string; readonly personId: string; readonly deviceId: string };

export async function beginSignIn(store: Store, actor: Actor, channel: Channel, now: number): Promise<string> {
  const state = randomBytes(32).toString('base64url');
  await store.write(async (tx) => {
    await tx.run(`delete from sign_ins where expires_at <= :now`, { now });
    await tx.run(
      `insert into sign_ins (state_hash, agency_id, channel, person_id, device_id, created_at, expires_at)
       values (:stateHash, :agencyId, :channel, :personId, :deviceId, :now, :expiresAt)`,
      {
        stateHash: hash('sha256', state),
        agencyId: actor.agencyId,
        channel,
        personId: actor.person.id,
        deviceId: actor.deviceId,
        now,
        expiresAt: now + stateLifeMs,
      },
    );
  });
  return state;
}

/** Who began this sign-in; null if the state is unknown, used, expired or from another channel. */
export async function finishSignIn(store: Store, channel: Channel, state: string, now: number): Promise<SignIn | null> {
  const row = await store.write((tx) =>
    tx.get<{ agency_id: string; person_id: string; device_id: string }>(
      `update sign_ins set used_at = :now where state_hash = :stateHash and channel = :channel and used_at is null and expires_at > :now
       returning agency_id, person_id, device_id`,
      { stateHash: hash('sha256', state), channel, now },
    ),
  );
  return row === undefined ? null : { agencyId: row.agency_id, personId: row.person_id, deviceId: row.device_id };
}
