import { hash, randomInt } from 'node:crypto';
import { hourMs, minuteMs, plainCode, type Role } from '@transom/shared';
import type { AgencyWork } from '../ledger/agency-work.ts';

/**
 * One-time codes: ten characters of Crockford's base 32 (50 bits; no I, L, O, U), easy to read aloud and shown in two groups. Only the hash
 * is stored. A code makes one device, once, and soon expires.
 */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const codeLength = 10;

export const inviteLifeMs = 15 * minuteMs;
export const ownerCodeLifeMs = 24 * hourMs;

export type CodeRequest = {
  readonly role: Role;
  /** The existing person who gets one more device; null makes a new person. */
  readonly personId: string | null;
  readonly lifeMs: number;
  /** Who made the code, for the audit trail. */
  readonly by: string;
};

/** Makes a code within `work`; the caller finishes it. The code itself is in the answer and nowhere else. */
export async function makeCode(work: AgencyWork, request: CodeRequest): Promise<{ code: string; expiresAt: number }> {
  const plain = Array.from({ length: codeLength }, () => alphabet[randomInt(alphabet.length)]).join('');
  const expiresAt = work.now + request.lifeMs;
  await work.tx.run(
    `insert into pairing_codes (code_hash, agency_id, role, person_id, created_at, expires_at)
     values (:codeHash, :agency, :role, :personId, :now, :expiresAt)`,
    { codeHash: hashCode(plain), role: request.role, personId: request.personId, now: work.now, expiresAt },
  );
  work.record(request.by, 'code.made', work.tx.agencyId, { role: request.role, expiresAt });
  return { code: `${plain.slice(0, 5)}-${plain.slice(5)}`, expiresAt };
}

/** The hash of what a person typed, however they typed it. */
export function hashCode(typed: string): string {
  return hash('sha256', plainCode(typed));
}
