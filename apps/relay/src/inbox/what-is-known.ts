import { subjectOfMessage } from '../forgotten/forgotten.ts';
import type { AgencyWork } from '../ledger/agency-work.ts';
import type { Brought } from './early-events.ts';
import type { AccountRef } from './thread.ts';

/** What the tables know of a message or comment before it is brought in. */
export type Known = {
  readonly isThere: boolean;
  /** When it was taken back; undefined if it was not. */
  readonly unsentAt: number | undefined;
  /** Something came too early and waits for it, or for its thread. */
  readonly isAwaited: boolean;
};
type Row = { readonly isThere: number; readonly unsentAt: number | null; readonly isAwaited: number };

const question = `
select
  exists (select 1 from messages
    where agency_id = :agency and account_id = :accountId and native_message_id = :nativeId) as "isThere",
  (select at from forgotten where agency_id = :agency and kind = 'unsent' and subject = :subject) as "unsentAt",
  exists (select 1 from early_events
    where agency_id = :agency and account_id = :accountId and native_id in (:nativeId, :thread) and kind <> 'shown') as "isAwaited"`;

/** One statement, because it runs for everything that comes in, and almost always nothing is known. */
export async function whatIsKnown(
  { tx }: AgencyWork,
  { id: accountId }: AccountRef,
  { nativeId, thread = nativeId }: Brought,
): Promise<Known> {
  const subject = subjectOfMessage(accountId, nativeId);
  const row = await tx.get<Row>(question, { accountId, nativeId, thread, subject });
  return { isThere: row?.isThere === 1, unsentAt: row?.unsentAt ?? undefined, isAwaited: row?.isAwaited === 1 };
}
