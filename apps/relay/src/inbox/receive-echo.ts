import type { AgencyWork } from './agency-work.ts';
import { noteAnswer } from './answers.ts';
import type { EchoReceived } from './events.ts';
import { findByNativeId, insertMessage } from './messages.ts';
import { type AccountRef, noteLastMessage, openThread, saveThread } from './thread.ts';

/**
 * The channel tells us of a message by the business. Three cases:
 *   known native id   our send call answered first, or a redelivery: nothing to do
 *   one of ours       still on its way or unconfirmed here: this is the proof that it arrived
 *   otherwise         somebody answered in Instagram or the Business Suite: shown as sent elsewhere, and it counts as an answer
 */
export async function receiveEcho(work: AgencyWork, account: AccountRef, event: EchoReceived): Promise<void> {
  const { tx, now } = work;
  if ((await findByNativeId(tx, account.id, event.nativeMessageId)) !== undefined) return;
  const contact = { senderId: event.recipientId, name: null, username: null };
  const source = { kind: 'dm', postId: null, commentId: null, adTitle: null } as const;
  const thread = await openThread(tx, account, contact, { source, at: event.sentAt });
  const own = await findOwnSend(work, thread.conversationId, event);
  const messageId = own?.id ?? (await insertElsewhere());
  if (own !== undefined) {
    await tx.run(
      `update messages set state = 'sent', native_message_id = :nativeMessageId, next_attempt_at = null, lease_until = null,
         failure_code = null, failure_detail = null
       where agency_id = :agency and id = :id`,
      { id: own.id, nativeMessageId: event.nativeMessageId },
    );
  }
  noteLastMessage(thread, messageId, own?.sentAt ?? event.sentAt);
  await noteAnswer(work, thread, own?.sentAt ?? event.sentAt, own?.authorId ?? 'relay');
  await saveThread(tx, thread);
  work.touch('conversation', thread.conversationId);
  work.touch('message', messageId);
  work.record('relay', own === undefined ? 'message.sent_elsewhere' : 'message.confirmed_by_echo', messageId, {
    conversationId: thread.conversationId,
  });

  function insertElsewhere(): Promise<string> {
    return insertMessage(tx, {
      conversationId: thread.conversationId,
      accountId: account.id,
      direction: 'outbound',
      kind: event.text === null ? 'attachment' : 'text',
      text: event.text,
      nativeMessageId: event.nativeMessageId,
      deliveryId: account.deliveryId,
      sentAt: event.sentAt,
      receivedAt: now,
      state: 'sent',
      origin: 'elsewhere',
      metadata: { attachments: event.attachments },
    });
  }
}

type OwnSend = { readonly id: string; readonly sentAt: number; readonly authorId: string };

/**
 * Our own message that this echo speaks of: by the reference that Messenger returns, else by the same text in the same thread
 * among those whose fate is open, or for whom a person said that they arrived. Instagram's echo carries no reference.
 */
async function findOwnSend(
  work: AgencyWork,
  conversationId: string,
  event: EchoReceived,
): Promise<OwnSend | undefined> {
  const columns = `id, sent_at as "sentAt", author_id as "authorId"`;
  if (event.clientReference !== null) {
    return work.tx.get<OwnSend>(
      `select ${columns} from messages
       where agency_id = :agency and id = :id and conversation_id = :conversationId and native_message_id is null`,
      { id: event.clientReference, conversationId },
    );
  }
  return work.tx.get<OwnSend>(
    `select ${columns} from messages
     where agency_id = :agency and conversation_id = :conversationId and direction = 'outbound'
       and state in ('sending', 'unconfirmed', 'sent') and native_message_id is null and text = :text
     order by sent_at, id limit 1`,
    { conversationId, text: event.text },
  );
}
