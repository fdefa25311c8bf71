import type { MessageState } from '@transom/shared';
import type { AgencyTx } from '../store/port.ts';

/** When a message of ours left for the channel, by the channel's clock if known; null if it never did. */
export const leftAtSql = 'coalesce(attempt_dated_at, attempt_started_at)';

export type KnownMessage = {
  readonly id: string;
  readonly conversationId: string;
  readonly isInbound: boolean;
  readonly sentAt: number;
  /** When it left: a reply may have waited, and a receipt only covers what had left by then. */
  readonly leftAt: number;
};

const byNativeId = `
select id, conversation_id as "conversationId", direction, sent_at as "sentAt", coalesce(${leftAtSql}, sent_at) as "leftAt"
from messages
where agency_id = :agency and account_id = :accountId and native_message_id = :nativeMessageId`;

/** The message that the channel knows by this id, on this account: looked up before an event is applied. */
export async function findByNativeId(
  tx: AgencyTx,
  accountId: string,
  nativeMessageId: string,
): Promise<KnownMessage | undefined> {
  const row = await tx.get<Omit<KnownMessage, 'isInbound'> & { direction: string }>(byNativeId, {
    accountId,
    nativeMessageId,
  });
  if (row === undefined) return undefined;
  const { direction, ...known } = row;
  return { ...known, isInbound: direction === 'inbound' };
}

/** Undefined if there is no such message. */
export async function stateOf(tx: AgencyTx, id: string): Promise<MessageState | undefined> {
  const row = await tx.get<{ state: MessageState }>(
    `select state from messages where agency_id = :agency and id = :id`,
    { id },
  );
  return row?.state;
}
