import { type Refusal, refuse } from '@transom/shared';
import type { AgencyWork } from '../ledger/agency-work.ts';
import type { AgencyTx } from '../store/port.ts';

/** What the author of a reply had on the screen; without `seenMessageId` nothing is checked. */
export type Seen = {
  readonly conversationId: string;
  readonly personId: string;
  readonly seenMessageId: string | undefined;
};

type Answer = {
  readonly id: string;
  readonly by: string | null;
  readonly text: string | null;
  readonly sentAt: number;
};

/**
 * Refuses if another person, or somebody outside of Transom, answered after the message that the author had seen. Returns the newest such
 * answer, so that one look is enough. Ids follow the order in which the relay learns of messages (`ledger/add-message.ts`). Times tell
 * less: Meta may date a message sent on a phone before an answer that was already on the screen.
 */
export async function refuseIfAnsweredMeanwhile({ tx }: AgencyWork, seen: Seen): Promise<Refusal | null> {
  const { conversationId, personId, seenMessageId } = seen;
  if (seenMessageId === undefined) return null;
  const answer = await tx.get<Answer>(
    `select m.id, m.sent_at as "sentAt", substr(m.text, 1, 160) as text, p.name as by
     from messages m left join people p on p.agency_id = m.agency_id and p.id = m.author_id
     where m.agency_id = :agency and m.conversation_id = :conversationId and m.direction = 'outbound' and m.id > :after
       and m.state <> 'failed' and m.unsent_at is null and (m.author_id is null or m.author_id <> :personId)
     order by m.id desc limit 1`,
    { conversationId, personId, after: await placeOf(tx, conversationId, seenMessageId) },
  );
  if (answer === undefined) return null;
  const { id: messageId, by, text, sentAt } = answer;
  return {
    ...(by === null ? refuse('answered_meanwhile.outside') : refuse('answered_meanwhile.by', { name: by })),
    answer: { messageId, by, text: text ?? '', sentAt },
  };
}

/**
 * The id after which answers count as not seen. If the seen message no longer exists or is in another thread, every answer since the buyer
 * last wrote counts: better to warn the author once too often than never.
 */
async function placeOf(tx: AgencyTx, conversationId: string, seenMessageId: string): Promise<string> {
  const seen = await tx.get<{ id: string }>(
    `select id from messages
     where agency_id = :agency and id = :seenMessageId and conversation_id = :conversationId`,
    { conversationId, seenMessageId },
  );
  if (seen !== undefined) return seen.id;
  const wrote = await tx.get<{ id: string }>(
    `select id from messages
     where agency_id = :agency and conversation_id = :conversationId and direction = 'inbound'
     order by sent_at desc, id desc limit 1`,
    { conversationId },
  );
  return wrote?.id ?? '';
}
