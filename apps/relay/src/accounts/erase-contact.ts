import { forgetEarlyEvents } from '../forgotten/erased-people.ts';
import { eraseNextStep, readErasure } from '../forgotten/erasures.ts';
import { remember, subjectOfPerson } from '../forgotten/forgotten.ts';
import { threadKey } from '../inbox/early-events.ts';
import { recountElsewhere } from '../inbox/private-reply-rights.ts';
import type { TakeOut } from '../intake/words-taken-back.ts';
import { type AgencyWork, inWorkWithin } from '../ledger/agency-work.ts';
import { eraseLastWords, stopReplies } from '../ledger/erase.ts';
import type { AgencyTx, Store } from '../store/port.ts';

export type Erased = {
  readonly contactId: string;
  readonly messages: number;
  readonly deliveries: number;
  /** False if another process still reads an older snapshot: the database's log then keeps a copy until the relay's next clean-up. */
  readonly isLogEmptied: boolean;
};

/** Replaces the sender id of an erased contact; it belongs to nobody. */
export function erasedId(contactId: string): string {
  return `erased:${contactId}`;
}

/**
 * Erases a person from one agency: text, attachments, names and ids. Empty rows stay, so that the audit trail keeps its meaning and a
 * repeated event from Meta does not bring the message back. One short transaction ensures that nothing can come back; the copies are erased
 * in small ones (`forgotten/erasures.ts`), which continue at the next start after a crash. Desks learn of it through the feed. The business
 * cannot answer afterwards. Null if there is no such contact.
 */
export async function eraseContact(
  { store, takeOut }: { readonly store: Store; readonly takeOut: TakeOut },
  agencyId: string,
  contactId: string,
  by: string,
  now: number,
): Promise<Erased | null> {
  const begun = await store.write(async (system) => {
    const tx = system.forAgency(agencyId);
    const contact = await tx.get<Contact>(
      `select account_id as "accountId", sender_id as "senderId" from contacts where agency_id = :agency and id = :contactId`,
      { contactId },
    );
    if (contact === undefined) return false;
    const last = await system.get<{ id: number | null }>(`select max(id) as id from deliveries`);
    await inWorkWithin(tx, now, async (work) => {
      await noteErasure(tx, contactId, contact, now, last?.id ?? 0);
      await forgetPerson(work, contactId, by);
    });
    return true;
  });
  if (!begun) return null;
  let messages = 0;
  let deliveries = 0;
  for (;;) {
    const erasure = await readErasure(store, agencyId, contactId);
    if (erasure === null) break;
    const done = await eraseNextStep({ store, takeOut }, agencyId, erasure, now);
    messages += done.messages;
    deliveries += done.deliveries;
  }
  return { contactId, messages, deliveries, isLogEmptied: await store.forgetRemoved() };
}

type Contact = { readonly accountId: string; readonly senderId: string };

async function noteErasure(
  tx: AgencyTx,
  contactId: string,
  { accountId, senderId }: Contact,
  now: number,
  untilDelivery: number,
): Promise<void> {
  if (senderId !== erasedId(contactId)) {
    await forgetEarlyEvents(tx, accountId, threadKey(senderId));
    await remember(tx, { kind: 'erased', subject: subjectOfPerson(accountId, senderId), target: contactId, at: now });
  }
  await tx.run(
    `insert into erasures (agency_id, contact_id, account_id, sender_id, begun_at, until_seq, until_delivery)
     select :agency, :contactId, :accountId, :senderId, :now, seq, :untilDelivery from agencies where id = :agency
     on conflict (agency_id, contact_id) do update set
       begun_at = excluded.begun_at, until_seq = excluded.until_seq, until_delivery = excluded.until_delivery,
       after_message = '', after_sent_at = 0, after_delivery = 0`,
    { contactId, accountId, senderId, now, untilDelivery },
  );
}

async function forgetPerson(work: AgencyWork, contactId: string, by: string): Promise<void> {
  const { tx, now } = work;
  await tx.run(
    `update contacts set sender_id = :erasedId, name = null, username = null, wrote = 0, metadata = '{"social":{"profileUrl":null}}'
     where agency_id = :agency and id = :contactId`,
    { contactId, erasedId: erasedId(contactId) },
  );
  await tx.run(
    `update leads set topics = '[]', metadata = '{}' where agency_id = :agency and contact_id = :contactId`,
    {
      contactId,
    },
  );
  const conversations = await tx.all<{ id: string }>(
    `update conversations set state = 'done', unreachable = 1, unanswered_since_at = null, erased_at = :now,
       metadata = '{"source":{"kind":"dm","postId":null,"commentId":null,"adTitle":null}}'
     where agency_id = :agency and contact_id = :contactId returning id`,
    { contactId, now },
  );
  for (const { id: conversationId } of conversations) {
    // If a private reply was never sent, its one use is restored in the other threads that contain the comment.
    for (const commentId of await stopReplies(work, conversationId))
      await recountElsewhere(work, conversationId, commentId);
    await tx.run(
      `update handoffs set state = 'resolved', resolved_at = :now
       where agency_id = :agency and conversation_id = :conversationId and state <> 'resolved'`,
      { conversationId, now },
    );
    await eraseLastWords(work, conversationId);
    work.touch('conversation', conversationId);
  }
  work.record(by, 'contact.erased', contactId, { conversations: conversations.length });
}
