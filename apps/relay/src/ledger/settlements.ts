import type { AgencyWork } from './agency-work.ts';

/**
 * How the messages of a thread record whether somebody still waits: `closing` on what a closing settled, `waits_since_at` on a reply that
 * was lost although the thread was closed. No document carries either, so nothing is touched.
 */

/** A person closed the thread. What an earlier closing settled stays settled if this one is taken back. */
export async function settleByClosing(
  { tx }: AgencyWork,
  conversationId: string,
  answeredAt: number | null,
): Promise<void> {
  await tx.run(
    `update messages set closing = 'earlier'
     where agency_id = :agency and conversation_id = :conversationId and closing = 'latest'`,
    { conversationId },
  );
  // A comment that is hidden now does not wait once it is shown again: the thread was closed meanwhile.
  await tx.run(
    `update messages set closing = 'latest'
     where agency_id = :agency and conversation_id = :conversationId and sent_at > :answeredAt and direction = 'inbound'
       and closing is null`,
    { conversationId, answeredAt: answeredAt ?? 0 },
  );
  await tx.run(
    `update messages set closing = 'latest'
     where agency_id = :agency and conversation_id = :conversationId and waits_since_at is not null and closing is null`,
    { conversationId },
  );
}

/** Unsettles what the latest closing settled. False if it settled nothing. */
export async function takeBackClosing({ tx }: AgencyWork, conversationId: string): Promise<boolean> {
  const taken = await tx.run(
    `update messages set closing = null
     where agency_id = :agency and conversation_id = :conversationId and closing = 'latest'`,
    { conversationId },
  );
  return taken > 0;
}

/** What was answered in one of two merged threads stays settled. */
export async function settleAnswered(
  { tx }: AgencyWork,
  conversationId: string,
  { after, upTo }: { readonly after: number; readonly upTo: number },
): Promise<void> {
  await tx.run(
    `update messages set closing = 'earlier'
     where agency_id = :agency and conversation_id = :conversationId and sent_at > :after and sent_at <= :upTo
       and direction = 'inbound'`,
    { conversationId, after, upTo },
  );
}

/** A reply was lost although the thread is closed: it needs attention again. */
export async function waitForLost({ tx }: AgencyWork, id: string, sinceAt: number): Promise<void> {
  await tx.run(`update messages set waits_since_at = :sinceAt, closing = null where agency_id = :agency and id = :id`, {
    id,
    sinceAt,
  });
}

/** An answer from elsewhere makes up for replies that were lost before it, or "in the future", because the clock was wrong. */
export async function makeUpForLostBy(
  { tx, now }: AgencyWork,
  conversationId: string,
  answeredAt: number,
): Promise<void> {
  await tx.run(
    `update messages set waits_since_at = null
     where agency_id = :agency and conversation_id = :conversationId and waits_since_at is not null
       and (waits_since_at <= :answeredAt or waits_since_at > :now)`,
    { conversationId, answeredAt, now },
  );
}

/** A reply of ours makes up for lost ones that were asked for before it. */
export async function makeUpForLostUpTo({ tx }: AgencyWork, conversationId: string, id: string): Promise<void> {
  await tx.run(
    `update messages set waits_since_at = null
     where agency_id = :agency and conversation_id = :conversationId and waits_since_at is not null and id <= :id`,
    { conversationId, id },
  );
}
