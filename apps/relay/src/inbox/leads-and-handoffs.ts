import { newId, topicSchema, topicsOf } from '@transom/shared';
import type { AgencyWork } from '../ledger/agency-work.ts';
import type { Thread } from './thread.ts';

/** An inquiry makes a lead, one per conversation; the topics that it asks about are added to it. */
export async function noteInterest(work: AgencyWork, thread: Thread, text: string | null): Promise<void> {
  const found = text === null ? [] : topicsOf(text);
  if (thread.leadId === null) return addLead(work, thread, found);
  const all = new Set([...thread.topics, ...found]);
  if (all.size === thread.topics.length) return;
  await work.tx.run(`update leads set topics = :topics where agency_id = :agency and id = :id`, {
    id: thread.leadId,
    topics: JSON.stringify(topicSchema.options.filter((topic) => all.has(topic))),
  });
}

async function addLead(work: AgencyWork, thread: Thread, topics: readonly string[]): Promise<void> {
  const id = newId();
  const { postId, commentId } = thread.source;
  await work.tx.run(
    `insert into leads (agency_id, id, conversation_id, contact_id, topics, stage, metadata, created_at)
     values (:agency, :id, :conversationId, :contactId, :topics, 'new', :metadata, :at)`,
    {
      id,
      conversationId: thread.conversationId,
      contactId: thread.contactId,
      topics: JSON.stringify(topics),
      // The handoff's state is filled in when the work is finished (`ledger/documents/conversation.ts`).
      metadata: JSON.stringify({ source: { platform: thread.channel, postId, commentId, handoffState: null } }),
      at: work.now,
    },
  );
  work.record('relay', 'lead.created', id, { conversationId: thread.conversationId, topicCount: topics.length });
}

/** Somebody must answer: one unresolved handoff per conversation, however much the contact writes. */
export async function openHandoff(work: AgencyWork, thread: Thread): Promise<void> {
  if (thread.handoffId !== null) return;
  const id = newId();
  await work.tx.run(
    `insert into handoffs (agency_id, id, conversation_id, reason, state, opened_at)
     values (:agency, :id, :conversationId, 'social_dm_follow_up_needed', 'open', :at)`,
    { id, conversationId: thread.conversationId, at: work.now },
  );
  work.record('relay', 'handoff.opened', id, { conversationId: thread.conversationId });
}

/**
 * Answered, or closed by a person. `actor` is a person's id, `relay` if no person here did it, or `hidden` if the last comment that waited
 * was hidden: such a handoff can be restored.
 */
export async function resolveHandoff(work: AgencyWork, thread: Thread, actor: string): Promise<void> {
  if (thread.handoffId === null) return;
  await work.tx.run(
    `update handoffs set state = 'resolved', resolved_by = :actor, resolved_at = :at where agency_id = :agency and id = :id`,
    { id: thread.handoffId, actor, at: work.now },
  );
  work.record(actor, 'handoff.resolved', thread.handoffId, { conversationId: thread.conversationId });
}

/**
 * Restores the handoff that the closing resolved; it stays claimed only if this person held the claim and it has not expired. False if
 * there is none.
 */
export async function restoreClosedHandoff(work: AgencyWork, thread: Thread, personId: string): Promise<boolean> {
  if (thread.handoffId !== null) return true;
  const last = await work.tx.get<{ id: string; claimedBy: string | null; claimedUntil: number | null }>(
    `select id, claimed_by as "claimedBy", claimed_until as "claimedUntil" from handoffs
     where agency_id = :agency and conversation_id = :conversationId and state = 'resolved' and resolved_at = :closedAt
     order by id desc limit 1`,
    { conversationId: thread.conversationId, closedAt: thread.closedAt },
  );
  if (last === undefined) return false;
  const isHeld = last.claimedBy === personId && (last.claimedUntil ?? 0) > work.now;
  await work.tx.run(
    `update handoffs set state = :state, resolved_by = null, resolved_at = null,
       claimed_by = :claimedBy, claimed_at = case when :isHeld = 1 then claimed_at end, claimed_until = :claimedUntil
     where agency_id = :agency and id = :id`,
    {
      id: last.id,
      state: isHeld ? 'claimed' : 'open',
      isHeld: isHeld ? 1 : 0,
      claimedBy: isHeld ? personId : null,
      claimedUntil: isHeld ? last.claimedUntil : null,
    },
  );
  work.record(personId, 'handoff.restored', last.id, { conversationId: thread.conversationId });
  return true;
}

/** Restores the handoff that ended because a comment was hidden, claim included. False if there is none. */
export async function restoreHandoff(work: AgencyWork, thread: Thread): Promise<boolean> {
  if (thread.handoffId !== null) return true;
  const restored = await work.tx.get<{ id: string }>(
    `update handoffs set state = case when claimed_by is null then 'open' else 'claimed' end, resolved_by = null, resolved_at = null
     where agency_id = :agency and id = (
       select id from handoffs where agency_id = :agency and conversation_id = :conversationId and resolved_by = 'hidden'
       order by resolved_at desc limit 1)
     returning id`,
    { conversationId: thread.conversationId },
  );
  if (restored === undefined) return false;
  work.record('relay', 'handoff.restored', restored.id, { conversationId: thread.conversationId });
  return true;
}
