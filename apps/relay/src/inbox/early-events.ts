import type { AgencyWork } from '../ledger/agency-work.ts';
import type { HandledEvent } from './events.ts';
import type { AccountRef } from './thread.ts';

/**
 * Meta delivers in any order: an edit, a reaction or a receipt may come before its message. It is kept under the channel's id of that
 * message, only the latest of each kind, and applied when the message comes. What waits for a message that never comes is forgotten after a
 * week. A removal is not kept here but in `forgotten`, because it must hold for good.
 */

/** The key for what waits for a thread. No id of Meta contains a space. */
export function threadKey(senderId: string): string {
  return `thread ${senderId}`;
}

export async function keepEarly(
  work: AgencyWork,
  account: AccountRef,
  about: { readonly nativeId: string; readonly kind: string; readonly at: number },
  event: HandledEvent,
): Promise<void> {
  await work.tx.run(
    `insert into early_events (agency_id, account_id, native_id, kind, at, event, kept_at)
     values (:agency, :accountId, :nativeId, :kind, :at, :event, :keptAt)
     on conflict (agency_id, account_id, native_id, kind) do update
       set at = excluded.at, event = excluded.event, kept_at = excluded.kept_at where excluded.at > early_events.at`,
    { accountId: account.id, ...about, event: JSON.stringify(event), keptAt: work.now },
  );
}

/** The keys of a message or comment that came, and of its thread if known. */
export type Brought = { readonly nativeId: string; readonly thread?: string | undefined };

/** Removes and returns what was kept for a message or comment, and for its thread, oldest first. */
export async function takeEarly(
  work: AgencyWork,
  account: AccountRef,
  { nativeId, thread }: Brought,
): Promise<HandledEvent[]> {
  const which = `agency_id = :agency and account_id = :accountId and native_id in (:nativeId, :thread) and kind <> 'shown'`;
  const params = { accountId: account.id, nativeId, thread: thread ?? nativeId };
  const kept = await work.tx.all<{ event: string }>(
    `select event from early_events where ${which} order by at, kind`,
    params,
  );
  if (kept.length > 0) await work.tx.run(`delete from early_events where ${which}`, params);
  return kept.map(({ event }) => JSON.parse(event) as HandledEvent);
}

/** When a comment was last shown again: an older hiding that arrives later changes nothing. */
export async function shownAt(work: AgencyWork, account: AccountRef, commentId: string): Promise<number | undefined> {
  const row = await work.tx.get<{ at: number }>(
    `select at from early_events
     where agency_id = :agency and account_id = :accountId and native_id = :commentId and kind = 'shown'`,
    { accountId: account.id, commentId },
  );
  return row?.at;
}

/** The message was taken back: edits of it that wait here are deleted too. */
export async function forgetEarlyWords(work: AgencyWork, account: AccountRef, nativeId: string): Promise<void> {
  await work.tx.run(
    `delete from early_events
     where agency_id = :agency and account_id = :accountId and native_id = :nativeId and kind = 'edited'`,
    { accountId: account.id, nativeId },
  );
}
