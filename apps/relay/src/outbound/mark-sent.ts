import { applyEarly } from '../inbox/apply-event.ts';
import { unsendMessage, unsentBefore } from '../inbox/change-message.ts';
import { joinPerson } from '../inbox/join-person.ts';
import { findUnproved, noteSent, type OwnSend, ownSendColumns } from '../inbox/own-sends.ts';
import { findThreadOfConversation, recountLastMessage, saveThread } from '../inbox/thread.ts';
import { insertSentElsewhere } from '../ledger/add-message.ts';
import type { AgencyWork } from '../ledger/agency-work.ts';
import { absorbEcho } from '../ledger/put-together.ts';
import type { AgencyTx } from '../store/port.ts';
import { loseProof } from './unconfirmed.ts';

type Sent = OwnSend & { readonly accountId: string; readonly nativeMessageId: string | null };

/**
 * Meta has the message under this id. Its echo may have come before we knew the id: then it made a row of its own, or was taken as proof of
 * another message of ours. `recipientId` is who got a private reply.
 */
export async function markSent(
  work: AgencyWork,
  messageId: string,
  nativeMessageId: string,
  recipientId: string | null = null,
): Promise<void> {
  const own = await work.tx.get<Sent>(
    `select ${ownSendColumns}, account_id as "accountId", native_message_id as "nativeMessageId" from messages
     where agency_id = :agency and id = :id`,
    { id: messageId },
  );
  if (own === undefined) return;
  const stored = await findThreadOfConversation(work.tx, own.conversationId);
  if (stored === null) throw new Error(`The message ${messageId} has no conversation.`);
  const account = { id: own.accountId, channel: stored.channel, deliveryId: null };
  if (own.nativeMessageId !== nativeMessageId) {
    await freeNativeId(work, own, nativeMessageId);
    const thread = (await findThreadOfConversation(work.tx, own.conversationId)) ?? stored;
    await noteSent(work, thread, own, { nativeMessageId, leftAt: own.leftAt ?? own.sentAt, as: 'reply.sent' });
    if (own.nativeMessageId !== null) await passOn(work, own, own.nativeMessageId);
    const unsentAt = await unsentBefore(work, account, nativeMessageId);
    if (unsentAt !== undefined) await unsendMessage(work, account, { nativeMessageId, at: unsentAt });
    await applyEarly(work, account, { nativeId: nativeMessageId });
  }
  const thread = await findThreadOfConversation(work.tx, own.conversationId);
  if (thread !== null && recipientId !== null && own.kind === 'private_reply')
    await joinPerson(work, account, thread, recipientId);
}

type Holder = { readonly id: string; readonly conversationId: string; readonly origin: string };

/** Takes the id from the row that has it. An echo's row was this reply all along; another reply of ours becomes unconfirmed again. */
async function freeNativeId(work: AgencyWork, own: Sent, nativeMessageId: string): Promise<void> {
  const { tx } = work;
  const holder = await tx.get<Holder>(
    `select id, conversation_id as "conversationId", origin from messages
     where agency_id = :agency and account_id = :accountId and native_message_id = :nativeMessageId`,
    { accountId: own.accountId, nativeMessageId },
  );
  if (holder === undefined) return;
  if (holder.origin !== 'elsewhere') return loseProof(work, holder.id);
  await absorbEcho(work, own, holder.id);
  const thread = await findThreadOfConversation(tx, holder.conversationId);
  if (thread === null) return;
  await recountLastMessage(tx, thread);
  await saveThread(tx, thread);
}

/** Gives the id that this reply had by mistake to the message with the same words that it belongs to: ours, or one from elsewhere. */
async function passOn(work: AgencyWork, own: Sent, nativeMessageId: string): Promise<void> {
  const at = own.leftAt ?? own.sentAt;
  const other = await findUnproved(work.tx, own.conversationId, own.text, at);
  const thread = await findThreadOfConversation(work.tx, own.conversationId);
  if (thread === null) return;
  if (other !== undefined) return noteSent(work, thread, other, { nativeMessageId, leftAt: at, as: 'reply.sent' });
  const { conversationId, accountId, text } = own;
  const place = { conversationId, accountId, deliveryId: null };
  await insertSentElsewhere(work, { ...place, kind: 'text', text, nativeMessageId, sentAt: at, metadata: {} });
}

/** Whether a reply of ours has this id already. */
export async function isOurs(tx: AgencyTx, accountId: string, nativeMessageId: string): Promise<boolean> {
  const owner = await tx.get<{ id: string }>(
    `select id from messages
     where agency_id = :agency and account_id = :accountId and native_message_id = :nativeMessageId and origin = 'desk'`,
    { accountId, nativeMessageId },
  );
  return owner !== undefined;
}
