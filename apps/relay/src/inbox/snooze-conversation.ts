import { type CommandAnswer, type CommandOf, refuse, snoozeEndsAt } from '@transom/shared';
import type { AgencyWork } from '../ledger/agency-work.ts';
import { readAccount } from '../ledger/documents/account.ts';
import { readConversation } from '../ledger/documents/conversation.ts';
import type { Actor } from './actor.ts';
import { findForPerson } from './claims.ts';
import { done } from './inbox.ts';
import { saveThread } from './thread.ts';

/**
 * A person snoozes a conversation, or ends that. The end is decided now: whatever the contact does later ends it anyway
 * (`receive-message.ts`, `receive-comment.ts`), and nothing else moves the end of their window.
 */
export async function snoozeConversation(
  work: AgencyWork,
  actor: Actor,
  { conversationId, until, seenMessageId }: CommandOf<'conversation.snooze'>,
): Promise<CommandAnswer> {
  const found = await findForPerson(work, actor, conversationId);
  if (!found.ok) return found;
  const { thread } = found;
  if (thread.isErased) return { ok: false, refusal: refuse('recipient_unavailable.erased') };
  const snoozedUntil = until === null || until <= work.now ? null : await endOf(work, conversationId, until);
  if (snoozedUntil === 'closing') return { ok: false, refusal: refuse('window_closed.too_soon') };
  if (thread.snoozedUntil === snoozedUntil) return done;
  if (snoozedUntil !== null && seenMessageId !== undefined && (await wroteSince(work, conversationId, seenMessageId)))
    return { ok: false, refusal: refuse('wrote_meanwhile') };
  thread.snoozedUntil = snoozedUntil;
  await saveThread(work.tx, thread);
  work.touch('conversation', conversationId);
  if (snoozedUntil === null) work.record(actor.person.id, 'conversation.snooze_ended', conversationId);
  else work.record(actor.person.id, 'conversation.snoozed', conversationId, { until: snoozedUntil });
  return done;
}

/** Later by both orders: what came late may be older than what was on the screen, and was perhaps on it as well. */
async function wroteSince({ tx }: AgencyWork, conversationId: string, seenMessageId: string): Promise<boolean> {
  const newer = await tx.get(
    `select 1 as found from messages seen
     join messages m on m.agency_id = seen.agency_id and m.conversation_id = seen.conversation_id
       and m.sent_at > seen.sent_at and m.id > seen.id and m.direction = 'inbound' and m.unsent_at is null
     where seen.agency_id = :agency and seen.id = :seenMessageId and seen.conversation_id = :conversationId
     limit 1`,
    { conversationId, seenMessageId },
  );
  return newer !== undefined;
}

async function endOf(work: AgencyWork, conversationId: string, until: number): Promise<number | 'closing'> {
  const conversation = await readConversation(work.tx, conversationId, 0);
  const account = conversation === null ? null : await readAccount(work.tx, conversation.accountId, 0);
  if (conversation === null || account === null) throw new Error(`The conversation ${conversationId} vanished.`);
  return snoozeEndsAt(conversation, until, work.now, account) ?? 'closing';
}
