import { minuteMs } from '@transom/shared';
import type { AgencyWork } from '../ledger/agency-work.ts';
import { leftAtSql } from '../ledger/find-message.ts';
import { markSent } from '../ledger/sending.ts';
import type { AgencyTx } from '../store/port.ts';
import { noteReplied } from './answers.ts';
import type { EchoReceived } from './events.ts';
import { recountRights } from './private-reply-rights.ts';
import { noteReached } from './reachable.ts';
import { stateByReceipts } from './receipts.ts';
import { areSameWords } from './same-words.ts';
import { type AccountRef, findThread, saveThread, type Thread } from './thread.ts';

/** A message that this relay sent, or tried to. */
export type OwnSend = {
  readonly id: string;
  readonly conversationId: string;
  readonly kind: string;
  /** The comment that a private reply answers, by the channel's id. */
  readonly replyTo: string | null;
  readonly text: string | null;
  readonly sentAt: number;
  readonly authorId: string;
  readonly leftAt: number | null;
};

export const ownSendColumns = `id, conversation_id as "conversationId", kind, reply_to as "replyTo", text, sent_at as "sentAt", author_id as "authorId",
  ${leftAtSql} as "leftAt"`;

/** Our estimate of Meta's clock may be off by this much without making us miss our own message. */
export const clockToleranceMs = minuteMs;
/** An echo, or a message read back, is dated within this time after the attempt. The same words later are a new answer. */
export const echoSpanMs = 10 * minuteMs;

/**
 * Our own message that an echo is about. Messenger returns our reference, which is proof in whichever thread the message is: a private
 * reply to a nameless comment is sent before we know who the contact is. Instagram returns none; there it takes the same words to the same
 * contact at about the same time.
 */
export async function findOwnSend(
  tx: AgencyTx,
  account: AccountRef,
  event: EchoReceived,
): Promise<OwnSend | undefined> {
  if (event.clientReference !== null) {
    return tx.get<OwnSend>(
      `select ${ownSendColumns} from messages
       where agency_id = :agency and id = :id and account_id = :accountId and direction = 'outbound' and origin = 'desk'
         and native_message_id is null`,
      { id: event.clientReference, accountId: account.id },
    );
  }
  const thread = await findThread(tx, account, event.recipientId);
  return thread === null ? undefined : findUnproved(tx, thread.conversationId, event.text, event.sentAt);
}

/**
 * Our send of these words in this thread at about this time that has no channel id yet: in flight, unconfirmed, confirmed by a person, or
 * failed, because Meta may refuse what it has done. Of several the nearest in time; one that Meta refused comes last.
 */
export async function findUnproved(
  tx: AgencyTx,
  conversationId: string,
  text: string | null,
  at: number,
): Promise<OwnSend | undefined> {
  const started = await tx.all<OwnSend & { leftAt: number; wasRefused: number }>(
    `select ${ownSendColumns},
            case when state = 'failed' and failure_code <> 'not_arrived' then 1 else 0 end as "wasRefused"
     from messages
     where agency_id = :agency and conversation_id = :conversationId and native_message_id is null and attempt_started_at is not null
       and ${leftAtSql} between :earliest and :latest
       and direction = 'outbound' and state in ('sending', 'unconfirmed', 'sent', 'delivered', 'read', 'failed')
     order by sent_at, id`,
    { conversationId, earliest: at - echoSpanMs, latest: at + clockToleranceMs },
  );
  const distance = (send: { leftAt: number }) => Math.abs(at - send.leftAt);
  const [nearest] = started
    .filter((send) => areSameWords(send.text, text))
    .toSorted((one, other) => one.wasRefused - other.wasRefused || distance(one) - distance(other));
  return nearest;
}

type Proof = Pick<Parameters<typeof markSent>[2], 'nativeMessageId' | 'as'> & { readonly leftAt: number };

/** Meta has the message under this id: it left at `leftAt`, and nobody needs to look it up. */
export async function noteSent(
  work: AgencyWork,
  thread: Thread,
  own: OwnSend,
  { nativeMessageId, leftAt, as }: Proof,
): Promise<void> {
  await markSent(work, own.id, { nativeMessageId, to: stateByReceipts(thread, leftAt), as });
  await recountRights(work, thread, own);
  await noteReached(work, thread, leftAt);
  await noteReplied(work, thread, own, own.authorId);
  await saveThread(work.tx, thread);
}
