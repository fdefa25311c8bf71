import type { AgencyWork } from './agency-work.ts';
import { resolveHandoff } from './leads-and-handoffs.ts';
import type { Thread } from './thread.ts';

/**
 * The business answered, at `answeredAt`: what the person wrote up to then is no longer waiting. Something that they wrote
 * afterwards still is, even if we hear of the answer later.
 */
export async function noteAnswer(work: AgencyWork, thread: Thread, answeredAt: number, actor: string): Promise<void> {
  thread.firstAnsweredAt = Math.min(thread.firstAnsweredAt ?? answeredAt, answeredAt);
  thread.lastAnsweredAt = Math.max(thread.lastAnsweredAt ?? answeredAt, answeredAt);
  const waiting = await work.tx.get<{ since: number | null }>(
    `select min(sent_at) as since from messages
     where agency_id = :agency and conversation_id = :conversationId and direction = 'inbound' and sent_at > :answeredAt`,
    { conversationId: thread.conversationId, answeredAt: thread.lastAnsweredAt },
  );
  thread.unansweredSinceAt = waiting?.since ?? null;
  if (thread.unansweredSinceAt !== null) return;
  if (thread.state === 'needs_answer') thread.state = 'answered';
  await resolveHandoff(work, thread, actor);
}
