import { insertSentElsewhere } from '../ledger/add-message.ts';
import type { AgencyWork } from '../ledger/agency-work.ts';
import { noteAnswer } from './answers.ts';
import { unsendMessage } from './change-message.ts';
import type { EchoReceived } from './events.ts';
import { joinPerson } from './join-person.ts';
import { findOwnSend, noteSent, type OwnSend } from './own-sends.ts';
import { noteReached } from './reachable.ts';
import { stateByReceipts } from './receipts.ts';
import { type AccountRef, findThreadOfConversation, noteLastMessage, openThread, saveThread } from './thread.ts';

/**
 * The channel reports a message by the business. If its native id is known, our send call answered first or this is a redelivery, and
 * there is nothing to do (`apply-event.ts`). Otherwise:
 *   one of ours       without a native id so far: this proves that it arrived
 *   otherwise         somebody answered in Instagram or the Business Suite: shown as sent elsewhere, and it counts as an answer
 */
export async function receiveEcho(
  work: AgencyWork,
  account: AccountRef,
  event: EchoReceived,
  unsentAt: number | undefined,
): Promise<void> {
  const own = await findOwnSend(work.tx, account, event);
  if (own === undefined) return receiveElsewhere(work, account, event, unsentAt);
  await confirmByEcho(work, account, event, own);
  // Taken back on the phone before we knew that it had arrived.
  if (unsentAt !== undefined) await unsendMessage(work, account, { ...event, at: unsentAt });
}

async function confirmByEcho(work: AgencyWork, account: AccountRef, event: EchoReceived, own: OwnSend): Promise<void> {
  const stored = await findThreadOfConversation(work.tx, own.conversationId);
  if (stored === null) throw new Error(`The message ${own.id} has no conversation.`);
  // Before the threads are merged: it answers nothing that its author did not see.
  await noteSent(work, stored, own, {
    nativeMessageId: event.nativeMessageId,
    leftAt: event.sentAt,
    as: 'message.confirmed_by_echo',
  });
  await joinPerson(work, account, stored, event.recipientId);
}

async function receiveElsewhere(
  work: AgencyWork,
  account: AccountRef,
  event: EchoReceived,
  unsentAt: number | undefined,
): Promise<void> {
  const contact = { senderId: event.recipientId, name: null, username: null };
  const source = { kind: 'dm', postId: null, commentId: null, adTitle: null } as const;
  const thread = await openThread(work.tx, account, contact, { source, at: event.sentAt });
  const messageId = await insertSentElsewhere(
    work,
    {
      conversationId: thread.conversationId,
      accountId: account.id,
      kind: event.text === null ? 'attachment' : 'text',
      text: event.text,
      nativeMessageId: event.nativeMessageId,
      sentAt: event.sentAt,
      metadata: { attachments: unsentAt === undefined ? event.attachments : [] },
      unsentAt,
      deliveryId: account.deliveryId,
    },
    stateByReceipts(thread, event.sentAt),
  );
  noteLastMessage(thread, messageId, event.sentAt);
  await noteReached(work, thread, event.sentAt);
  await noteAnswer(work, thread, event.sentAt, 'relay');
  await saveThread(work.tx, thread);
}
