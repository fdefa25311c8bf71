import type { AgencyWork } from './agency-work.ts';
import { noteAnswer } from './answers.ts';
import { unsendMessage, unsentBefore } from './change-message.ts';
import type { EchoReceived } from './events.ts';
import { joinPerson } from './join-person.ts';
import { findByNativeId, insertMessage } from './messages.ts';
import { findOwnSend, noteSent, type OwnSend } from './own-sends.ts';
import { noteReached } from './reachable.ts';
import { stateByReceipts } from './receipts.ts';
import { type AccountRef, findThreadOfConversation, noteLastMessage, openThread, saveThread } from './thread.ts';

/**
 * The channel tells us of a message by the business. Three cases:
 *   known native id   our send call answered first, or a redelivery: nothing to do
 *   one of ours       without a native id so far: this proves that it arrived
 *   otherwise         somebody answered in Instagram or the Business Suite: shown as sent elsewhere, and it counts as an answer
 */
export async function receiveEcho(work: AgencyWork, account: AccountRef, event: EchoReceived): Promise<void> {
  if ((await findByNativeId(work.tx, account.id, event.nativeMessageId)) !== undefined) return;
  const unsentAt = await unsentBefore(work, account, event.nativeMessageId);
  const own = await findOwnSend(work.tx, account, event);
  if (own === undefined) return receiveElsewhere(work, account, event, unsentAt);
  await confirmByEcho(work, account, event, own);
  // Taken back on the phone before we knew that it had arrived.
  if (unsentAt !== undefined) await unsendMessage(work, account, { ...event, at: unsentAt });
}

async function confirmByEcho(work: AgencyWork, account: AccountRef, event: EchoReceived, own: OwnSend): Promise<void> {
  const stored = await findThreadOfConversation(work.tx, own.conversationId);
  if (stored === null) throw new Error(`The message ${own.id} has no conversation.`);
  // Before the threads are put together: it answers nothing that its author did not see.
  await noteSent(work, stored, own, { nativeMessageId: event.nativeMessageId, leftAt: event.sentAt });
  const thread = await joinPerson(work, account, stored, event.recipientId);
  work.record('relay', 'message.confirmed_by_echo', own.id, { conversationId: thread.conversationId });
}

async function receiveElsewhere(
  work: AgencyWork,
  account: AccountRef,
  event: EchoReceived,
  unsentAt: number | undefined,
): Promise<void> {
  const { tx, now } = work;
  const contact = { senderId: event.recipientId, name: null, username: null };
  const source = { kind: 'dm', postId: null, commentId: null, adTitle: null } as const;
  const thread = await openThread(tx, account, contact, { source, at: event.sentAt });
  const messageId = await insertMessage(tx, {
    conversationId: thread.conversationId,
    accountId: account.id,
    direction: 'outbound',
    kind: event.text === null ? 'attachment' : 'text',
    text: unsentAt === undefined ? event.text : null,
    nativeMessageId: event.nativeMessageId,
    deliveryId: account.deliveryId,
    sentAt: event.sentAt,
    receivedAt: now,
    state: stateByReceipts(thread, event.sentAt),
    origin: 'elsewhere',
    ...(unsentAt === undefined ? {} : { unsentAt }),
    metadata: { attachments: unsentAt === undefined ? event.attachments : [] },
  });
  noteLastMessage(thread, messageId, event.sentAt);
  await noteReached(work, thread, event.sentAt);
  await noteAnswer(work, thread, event.sentAt, 'relay');
  await saveThread(tx, thread);
  work.touch('conversation', thread.conversationId);
  work.touch('message', messageId);
  work.record('relay', 'message.sent_elsewhere', messageId, { conversationId: thread.conversationId });
}
