import type { AgencyWork } from '../ledger/agency-work.ts';
import { leftAtSql } from '../ledger/find-message.ts';
import type { Thread } from './thread.ts';

/** When a reply left: by the relay's clock, and by the channel's as far as that is known. Null if it never did. */
export type SetOut = { readonly startedAt: number | null; readonly leftAt: number | null };

/**
 * Meta said that a reply cannot reach the contact. Its answer describes the moment when the reply left: a contact who has since written,
 * done something towards the business or got another message can be reached, whatever Meta's answer says when it comes.
 */
export async function noteUnreachable(work: AgencyWork, thread: Thread, reply: SetOut): Promise<void> {
  if (!(await cameSince(work, thread, reply)) && !(await gotSince(work, thread, reply))) thread.unreachable = true;
}

async function cameSince({ tx, now }: AgencyWork, thread: Thread, { startedAt, leftAt }: SetOut): Promise<boolean> {
  if (startedAt === null || leftAt === null) return false;
  // A reaction or a followed link leaves no message, but opens the window.
  if (thread.window.openedAt !== null && thread.window.openedAt > leftAt) return true;
  const wrote = await tx.get<{ id: string }>(
    `select id from messages
     where agency_id = :agency and conversation_id = :conversationId and direction = 'inbound'
       and (kind <> 'comment' or unsent_at is null) and received_at > :startedAt and received_at <= :now
     limit 1`,
    { conversationId: thread.conversationId, startedAt, now },
  );
  return wrote !== undefined;
}

async function gotSince({ tx }: AgencyWork, thread: Thread, { leftAt }: SetOut): Promise<boolean> {
  if (leftAt === null) return false;
  const got = await tx.get<{ id: string }>(
    `select id from messages
     where agency_id = :agency and conversation_id = :conversationId and direction = 'outbound' and kind <> 'comment'
       and state in ('sent', 'delivered', 'read') and coalesce(${leftAtSql}, sent_at) > :leftAt
     limit 1`,
    { conversationId: thread.conversationId, leftAt },
  );
  return got !== undefined;
}

/**
 * A message of the business reached the contact, at `at` by the channel's clock, from here or from a phone. If it is older than the last
 * refusal, nothing changes.
 */
export async function noteReached({ tx }: AgencyWork, thread: Thread, at: number): Promise<void> {
  if (!thread.unreachable || thread.isErased) return;
  const refused = await tx.get<{ at: number | null }>(
    `select max(${leftAtSql}) as at from messages
     where agency_id = :agency and conversation_id = :conversationId and direction = 'outbound' and state = 'failed'
       and failure_code = 'recipient_unavailable'`,
    { conversationId: thread.conversationId },
  );
  if (at >= (refused?.at ?? 0)) thread.unreachable = false;
}
