import { type EchoReceived, type HandledEvent, takesBack, timeOf, wordsOf } from '../inbox/events.ts';
import { authorOfComment } from '../inbox/join-person.ts';
import type { AccountRef } from '../inbox/thread.ts';
import type { AgencyWork } from '../ledger/agency-work.ts';
import { markSent } from '../ledger/sending.ts';
import type { AgencyTx } from '../store/port.ts';
import { remember, subjectOfMessage, subjectOfPerson } from './forgotten.ts';

/** The person the event is about, by the channel's id; null for one that names only a message. */
export function personOf(event: HandledEvent): string | null {
  switch (event.kind) {
    case 'message_received':
      return event.contact.senderId;
    case 'echo_received':
      return event.recipientId;
    case 'comment_received':
      return event.contact?.senderId ?? authorOfComment(event.commentId);
    case 'reaction_received':
    case 'messages_read':
    case 'messages_delivered':
    case 'thread_entered':
      return event.senderId;
    case 'comment_changed':
      return event.senderId ?? authorOfComment(event.commentId);
    case 'message_unsent':
    case 'message_edited':
      return event.senderId ?? null;
  }
}

/**
 * Null for an event that is taken in. Otherwise its person was erased: the event is dropped, as is everything of theirs up to the returned
 * time. What happened before the erasure never comes back. Afterwards they count as somebody new once they write or comment; a message from
 * the business does not start that.
 */
export async function droppedUntil(work: AgencyWork, account: AccountRef, event: HandledEvent): Promise<number | null> {
  const senderId = personOf(event);
  if (senderId === null) return null;
  const erased = await work.tx.get<{ at: number; target: string | null }>(
    `select at, target from forgotten where agency_id = :agency and kind = 'erased' and subject = :subject`,
    { subject: subjectOfPerson(account.id, senderId) },
  );
  if (erased === undefined) return null;
  const happenedAt = timeOf(event);
  const begins = event.kind === 'message_received' || event.kind === 'comment_received';
  const isLater = happenedAt !== null && happenedAt > erased.at;
  if (isLater && (begins || (await isKnown(work.tx, account, senderId)))) return null;
  if (happenedAt === null && (await isKnown(work.tx, account, senderId))) return null;
  if (event.kind === 'echo_received') await settleErasedReply(work, erased.target, event);
  const nativeId = wordsOf(event);
  if (nativeId !== null) await forgetEarlyEvents(work.tx, account.id, nativeId);
  // What they took back may have been written after the erasure, and may arrive after this event.
  const gone = takesBack(event);
  if (gone !== null && happenedAt !== null)
    await remember(work.tx, {
      kind: 'unsent',
      subject: subjectOfMessage(account.id, gone),
      target: null,
      at: happenedAt,
    });
  return Math.max(erased.at, happenedAt ?? 0);
}

/** Whether they have written again since they were erased. */
async function isKnown(tx: AgencyTx, account: AccountRef, senderId: string): Promise<boolean> {
  const row = await tx.get(
    `select 1 from contacts where agency_id = :agency and account_id = :accountId and sender_id = :senderId`,
    { accountId: account.id, senderId },
  );
  return row !== undefined;
}

/** A reply was in flight when the person was erased. Records that it arrived, but not its words. */
async function settleErasedReply(work: AgencyWork, contactId: string | null, echo: EchoReceived): Promise<void> {
  const reply = await work.tx.get<{ id: string }>(
    `select m.id from conversations c
     join messages m on m.agency_id = c.agency_id and m.conversation_id = c.id
     where c.agency_id = :agency and c.contact_id = :contactId and m.direction = 'outbound'
       and m.state in ('sending', 'unconfirmed') and m.native_message_id is null
       and m.id = coalesce(:reference, m.id) and m.attempt_started_at is not null
       and not exists (select 1 from messages k where k.agency_id = :agency and k.account_id = m.account_id
         and k.native_message_id = :nativeId)
     order by m.attempt_started_at, m.id limit 1`,
    { contactId, reference: echo.clientReference, nativeId: echo.nativeMessageId },
  );
  if (reply === undefined) return;
  await markSent(work, reply.id, {
    nativeMessageId: echo.nativeMessageId,
    to: 'sent',
    as: 'message.confirmed_by_echo',
  });
}

/** Deletes early events of a message that must never be taken in. */
export async function forgetEarlyEvents(tx: AgencyTx, accountId: string, nativeId: string): Promise<void> {
  await tx.run(
    `delete from early_events where agency_id = :agency and account_id = :accountId and native_id = :nativeId`,
    {
      accountId,
      nativeId,
    },
  );
}
