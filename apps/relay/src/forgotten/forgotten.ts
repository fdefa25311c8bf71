import { hash } from 'node:crypto';
import type { AgencyTx } from '../store/port.ts';

/**
 * What must not come back: unsent messages, erased people, revoked devices, ended grants. Ids and hashes only. The transaction that forgets
 * writes the row; a moment later it is copied to a file beside the database, which `restore` applies.
 */
export type ForgottenKind = 'unsent' | 'erased' | 'revoked' | 'grant_ended';

export type Forgotten = {
  readonly kind: ForgottenKind;
  /** `subjectOfMessage`, `subjectOfPerson`, the hash of a device's token, or the id of a grant. */
  readonly subject: string;
  /** The contact or device that was forgotten, or who ended the grant; null for a message. */
  readonly target: string | null;
  readonly at: number;
};

/** Remembers it for good. The later of two times counts: everything that happened before it stays forgotten. */
export async function remember(tx: AgencyTx, { kind, subject, target, at }: Forgotten): Promise<void> {
  await tx.run(
    `insert into forgotten (agency_id, kind, subject, target, at) values (:agency, :kind, :subject, :target, :at)
     on conflict (agency_id, kind, subject) do update set target = excluded.target, at = excluded.at, copied_at = null
     where excluded.at > forgotten.at`,
    { kind, subject, target, at },
  );
}

/** When it was forgotten; undefined if it was not. */
export async function forgottenAt(tx: AgencyTx, kind: ForgottenKind, subject: string): Promise<number | undefined> {
  const row = await tx.get<{ at: number }>(
    `select at from forgotten where agency_id = :agency and kind = :kind and subject = :subject`,
    { kind, subject },
  );
  return row?.at;
}

export function subjectOfMessage(accountId: string, nativeMessageId: string): string {
  return `${accountId} ${nativeMessageId}`;
}

/** Identifies the person to those who already know the id, and reveals it to nobody else. */
export function subjectOfPerson(accountId: string, senderId: string): string {
  return `${accountId} ${hash('sha256', `${accountId} ${senderId}`)}`;
}
