import {
  type CommandAnswer,
  type CommandOf,
  claimHolder,
  claimLeaseMs,
  type RefusalKey,
  refuse,
} from '@transom/shared';
import type { AgencyWork } from '../ledger/agency-work.ts';
import { readConversation } from '../ledger/documents/conversation.ts';
import type { Actor } from './actor.ts';
import { closeThread } from './closings.ts';
import { done } from './inbox.ts';
import { findThreadOfConversation, saveThread, type Thread } from './thread.ts';

/**
 * A handoff is open → claimed → resolved. A claim is a lease: it ends on its own after `claimLeaseMs`, and asking again renews it. Replying
 * takes it.
 */

export async function claimHandoff(
  work: AgencyWork,
  actor: Actor,
  command: CommandOf<'handoff.claim'>,
): Promise<CommandAnswer> {
  const found = await findForPerson(work, actor, command.conversationId, command.takeOver === true);
  if (!found.ok) return found;
  const { thread, holder } = found;
  if (thread.handoffId === null)
    return {
      ok: false,
      refusal: refuse(nothingToClaim[thread.state]),
    };
  await holdClaim(work, thread, actor);
  if (holder !== null && holder.id !== actor.person.id)
    work.record(actor.person.id, 'handoff.taken_over', thread.handoffId, { from: holder.id });
  work.touch('conversation', thread.conversationId);
  return done;
}

export async function releaseHandoff(
  work: AgencyWork,
  actor: Actor,
  command: CommandOf<'handoff.release'>,
): Promise<CommandAnswer> {
  const found = await findForPerson(work, actor, command.conversationId);
  if (!found.ok) return found;
  const { thread } = found;
  const released = await work.tx.run(
    `update handoffs set state = 'open', claimed_by = null, claimed_at = null, claimed_until = null
     where agency_id = :agency and id = :id and state = 'claimed'`,
    { id: thread.handoffId },
  );
  // Released twice, perhaps by two people, or never claimed: the audit trail names what happened.
  if (released === 0) return done;
  work.touch('conversation', thread.conversationId);
  work.record(actor.person.id, 'handoff.released', thread.handoffId ?? thread.conversationId);
  return done;
}

/** Done without an answer: nothing waits until the contact writes again. */
export async function closeHandoff(
  work: AgencyWork,
  actor: Actor,
  command: CommandOf<'handoff.resolve'>,
): Promise<CommandAnswer> {
  const found = await findForPerson(work, actor, command.conversationId);
  if (!found.ok) return found;
  const { thread } = found;
  // Closed twice, perhaps by two people: only the first closing counts.
  if (thread.state === 'done') return done;
  await closeThread(work, thread, actor.person.id);
  await saveThread(work.tx, thread);
  work.touch('conversation', thread.conversationId);
  work.record(actor.person.id, 'conversation.closed', thread.conversationId);
  return done;
}

/**
 * Takes or renews the claim for a person who is known to be allowed to. Typing renews it every few minutes, which only moves its end and is
 * not audited.
 */
export async function holdClaim(work: AgencyWork, thread: Thread, actor: Actor): Promise<void> {
  if (thread.handoffId === null) return;
  const claim = { id: thread.handoffId, personId: actor.person.id, at: work.now, until: work.now + claimLeaseMs };
  const renewed = await work.tx.run(
    `update handoffs set claimed_until = :until
     where agency_id = :agency and id = :id and state = 'claimed' and claimed_by = :personId and claimed_until > :at`,
    claim,
  );
  if (renewed > 0) return;
  await work.tx.run(
    `update handoffs set state = 'claimed', claimed_by = :personId, claimed_at = :at, claimed_until = :until
     where agency_id = :agency and id = :id`,
    claim,
  );
  work.record(actor.person.id, 'handoff.claimed', thread.handoffId, { until: claim.until });
}

type Holder = ReturnType<typeof claimHolder>;
type Found =
  | { readonly ok: true; readonly thread: Thread; readonly holder: Holder }
  | Extract<CommandAnswer, { ok: false }>;

/**
 * The thread, if this person may act on it: nobody may while another holds the claim, unless an owner takes it over.
 */
export async function findForPerson(
  work: AgencyWork,
  { person }: Actor,
  conversationId: string,
  takesOver = false,
): Promise<Found> {
  const conversation = await readConversation(work.tx, conversationId, 0);
  const thread = await findThreadOfConversation(work.tx, conversationId);
  if (conversation === null || thread === null) return { ok: false, refusal: refuse('not_found.conversation') };
  const holder = claimHolder(conversation.handoff, work.now);
  if (holder !== null && holder.id !== person.id && !(takesOver && person.role === 'owner')) {
    return { ok: false, refusal: refuse('claimed_by_other.by', { name: holder.name }) };
  }
  return { ok: true, thread, holder };
}

const nothingToClaim = {
  done: 'not_found.claim_done',
  answered: 'not_found.claim_answered',
  needs_answer: 'not_found.claim_nothing',
} as const satisfies Readonly<Record<Thread['state'], RefusalKey>>;
