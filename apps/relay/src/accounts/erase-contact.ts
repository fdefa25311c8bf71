import { remember, subjectOfPerson } from '../forgotten/forgotten.ts';
import { AgencyWork } from '../inbox/agency-work.ts';
import type { Store } from '../store/port.ts';

export type Erased = { readonly contactId: string; readonly messages: number; readonly deliveries: number };

/**
 * Erases a person from one agency: words, attachments, names and ids go; empty rows stay, so that the audit trail keeps its
 * meaning and an event of Meta that comes again does not bring the message back. Old pages of the change feed and the raw deliveries that name the
 * person go too; desks hear of it through the feed. The business cannot answer afterwards. Null where there is no such contact.
 * Backups made before still hold everything until they are deleted.
 */
export async function eraseContact(
  store: Store,
  agencyId: string,
  contactId: string,
  by: string,
  now: number,
): Promise<Erased | null> {
  return store.write(async (system) => {
    const tx = system.forAgency(agencyId);
    const contact = await tx.get<{ account_id: string; sender_id: string }>(
      `select account_id, sender_id from contacts where agency_id = :agency and id = :contactId`,
      { contactId },
    );
    if (contact === undefined) return null;
    const work = new AgencyWork(tx, now);
    const conversations = await tx.all<{ id: string }>(
      `select id from conversations where agency_id = :agency and contact_id = :contactId`,
      { contactId },
    );
    const subject = subjectOfPerson(contact.account_id, contact.sender_id);
    await remember(tx, { kind: 'erased', subject, target: contactId, at: now });
    let messages = 0;
    for (const { id } of conversations) messages += await eraseConversation(work, id);
    await tx.run(
      `update contacts set sender_id = :erasedId, name = null, username = null, metadata = '{"social":{"profileUrl":null}}'
       where agency_id = :agency and id = :contactId`,
      { contactId, erasedId: `erased:${contactId}` },
    );
    await tx.run(
      `update leads set topics = '[]', metadata = '{}' where agency_id = :agency and contact_id = :contactId`,
      { contactId },
    );
    const deliveries = await system.run(
      `update deliveries set body = :nothing, state = 'done', error = null where state <> 'pending' and instr(body, :senderId) > 0`,
      { nothing: Buffer.alloc(0), senderId: Buffer.from(contact.sender_id) },
    );
    work.record(by, 'contact.erased', contactId, { conversations: conversations.length, messages, deliveries });
    await work.finish();
    return { contactId, messages, deliveries };
  });
}

async function eraseConversation(work: AgencyWork, conversationId: string): Promise<number> {
  const { tx } = work;
  const messages = await tx.all<{ id: string }>(
    `select id from messages where agency_id = :agency and conversation_id = :conversationId`,
    { conversationId },
  );
  await tx.run(
    `update messages set text = null, metadata = '{}', reply_to = null, reaction = null, failure_detail = null, unsent_at = coalesce(unsent_at, :now)
     where agency_id = :agency and conversation_id = :conversationId`,
    { conversationId, now: work.now },
  );
  // What still waits to go out has no words any more.
  await tx.run(
    `update messages set state = 'failed', failure_code = 'recipient_unavailable', failure_detail = 'The person was erased.', next_attempt_at = null
     where agency_id = :agency and conversation_id = :conversationId and state = 'queued'`,
    { conversationId },
  );
  await tx.run(
    `update conversations set state = 'done', unreachable = 1, unanswered_since_at = null,
       metadata = '{"source":{"kind":"dm","postId":null,"commentId":null,"adTitle":null}}'
     where agency_id = :agency and id = :conversationId`,
    { conversationId },
  );
  await tx.run(
    `update handoffs set state = 'resolved', resolved_at = :now where agency_id = :agency and conversation_id = :conversationId and state <> 'resolved'`,
    { conversationId, now: work.now },
  );
  await forgetChanges(work, 'conversation', conversationId);
  for (const { id } of messages) await forgetChanges(work, 'message', id);
  return messages.length;
}

/** An old change without a body reads as "gone"; the change that follows brings the empty document. */
async function forgetChanges(work: AgencyWork, entity: 'conversation' | 'message', id: string): Promise<void> {
  await work.tx.run(
    `update changes set body = null where agency_id = :agency and entity = :entity and entity_id = :id`,
    { entity, id },
  );
  work.touch(entity, id);
}
