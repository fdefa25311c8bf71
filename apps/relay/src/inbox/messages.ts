import { type Message, newId, newIdAfter } from '@transom/shared';
import type { AgencyTx } from '../store/port.ts';
import type { MessageMetadata } from './documents/message.ts';

export type NewMessage = Pick<
  Message,
  'conversationId' | 'direction' | 'kind' | 'text' | 'sentAt' | 'state' | 'origin'
> & {
  readonly accountId: string;
  readonly receivedAt: number;
  readonly nativeMessageId?: string;
  readonly clientMessageId?: string;
  readonly authorId?: string;
  readonly replyTo?: string;
  readonly metadata: MessageMetadata;
  readonly nextAttemptAt?: number;
  /** Why it cannot go out at once. */
  readonly failure?: Message['failure'];
  /** The place among the replies of its conversation that wait to go out. */
  readonly queueNumber?: number;
  readonly unsentAt?: number;
  /** Null for what no delivery brought. */
  readonly deliveryId?: number | null;
};

/** Adds a message and returns its id. A native id that the account already has is an error: look before you insert. */
export async function insertMessage(tx: AgencyTx, message: NewMessage): Promise<string> {
  const id = await nextMessageId(tx);
  await tx.run(
    `insert into messages (agency_id, id, conversation_id, account_id, direction, kind, text, native_message_id,
       client_message_id, sent_at, received_at, state, origin, author_id, reply_to, metadata, next_attempt_at, unsent_at, delivery_id,
       queue_number, failure_code, failure_detail)
     values (:agency, :id, :conversationId, :accountId, :direction, :kind, :text, :nativeMessageId,
       :clientMessageId, :sentAt, :receivedAt, :state, :origin, :authorId, :replyTo, :metadata, :nextAttemptAt, :unsentAt, :deliveryId,
       :queueNumber, :failureCode, :failureDetail)`,
    {
      id,
      conversationId: message.conversationId,
      accountId: message.accountId,
      direction: message.direction,
      kind: message.kind,
      text: message.text,
      nativeMessageId: message.nativeMessageId ?? null,
      clientMessageId: message.clientMessageId ?? null,
      sentAt: message.sentAt,
      receivedAt: message.receivedAt,
      state: message.state,
      origin: message.origin,
      authorId: message.authorId ?? null,
      replyTo: message.replyTo ?? null,
      metadata: JSON.stringify(message.metadata),
      nextAttemptAt: message.nextAttemptAt ?? null,
      unsentAt: message.unsentAt ?? null,
      deliveryId: message.deliveryId ?? null,
      queueNumber: message.queueNumber ?? null,
      failureCode: message.failure?.code ?? null,
      failureDetail: message.failure?.detail ?? null,
    },
  );
  return id;
}

/**
 * The ids of an agency's messages grow in the order in which the relay learns of them, even after a restart with a clock that was put
 * back: who had seen an answer is told by that order.
 */
async function nextMessageId(tx: AgencyTx): Promise<string> {
  const id = newId();
  const later = await tx.get<{ id: string }>(
    `select id from messages where agency_id = :agency and id >= :id order by id desc limit 1`,
    { id },
  );
  return later === undefined ? id : newIdAfter(later.id);
}

/** When a message of ours left for the channel, by the channel's clock as far as that is known; null if it never did. */
export const leftAtSql = 'coalesce(attempt_dated_at, attempt_started_at)';

export type KnownMessage = {
  readonly id: string;
  readonly conversationId: string;
  readonly isInbound: boolean;
  readonly sentAt: number;
  /** When it left: a reply may have waited, and a receipt is only about what had left by then. */
  readonly leftAt: number;
};

/** The message that the channel knows by this id, on this account: asked before anything is done about an event. */
export async function findByNativeId(
  tx: AgencyTx,
  accountId: string,
  nativeMessageId: string,
): Promise<KnownMessage | undefined> {
  const row = await tx.get<Omit<KnownMessage, 'isInbound'> & { direction: string }>(
    `select id, conversation_id as "conversationId", direction, sent_at as "sentAt",
            coalesce(${leftAtSql}, sent_at) as "leftAt"
     from messages
     where agency_id = :agency and account_id = :accountId and native_message_id = :nativeMessageId`,
    { accountId, nativeMessageId },
  );
  if (row === undefined) return undefined;
  const { direction, ...known } = row;
  return { ...known, isInbound: direction === 'inbound' };
}
