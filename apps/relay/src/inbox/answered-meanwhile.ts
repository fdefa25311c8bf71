import { type Refusal, refuse } from '@transom/shared';
import type { AgencyTx } from '../store/port.ts';

/** What somebody who replies had before their eyes; without `seenMessageId` nobody asked to be told. */
export type Seen = {
  readonly conversationId: string;
  readonly personId: string;
  readonly seenMessageId: string | undefined;
};

type Place = { readonly receivedAt: number; readonly id: string };
type Answer = Place & { readonly by: string | null; readonly text: string | null; readonly sentAt: number };

/**
 * Whether another person, or somebody outside of Transom, answered after the message that the author had seen; then the newest such
 * answer, so that one look is enough. What came later is decided by when the relay learned of it: Meta's clock dates what was sent on a
 * phone before an answer that was on the screen already.
 */
export async function checkSeen(tx: AgencyTx, seen: Seen): Promise<Refusal | null> {
  const { conversationId, personId, seenMessageId } = seen;
  if (seenMessageId === undefined) return null;
  const place = await placeOf(tx, conversationId, seenMessageId);
  const answer = await tx.get<Answer>(
    `select m.id, m.received_at as "receivedAt", m.sent_at as "sentAt", substr(m.text, 1, 160) as text, p.name as by
     from messages m left join people p on p.agency_id = m.agency_id and p.id = m.author_id
     where m.agency_id = :agency and m.conversation_id = :conversationId and m.direction = 'outbound'
       and (m.received_at, m.id) > (:receivedAt, :id)
       and m.state <> 'failed' and m.unsent_at is null and (m.author_id is null or m.author_id <> :personId)
     order by m.received_at desc, m.id desc limit 1`,
    { conversationId, personId, receivedAt: place.receivedAt, id: place.id },
  );
  if (answer === undefined) return null;
  const { id: messageId, by, text, sentAt } = answer;
  const who = by ?? 'Somebody outside of Transom';
  return {
    ...refuse(
      'answered_meanwhile',
      `${who} answered this person after you last saw the conversation. Nothing was sent.`,
    ),
    answer: { messageId, by, text: text ?? '', sentAt },
  };
}

/**
 * A message that is not there any more, or stands in another thread, cannot be placed: what was answered since the person last wrote
 * counts as not seen, so that the author is told once too often instead of never.
 */
async function placeOf(tx: AgencyTx, conversationId: string, seenMessageId: string): Promise<Place> {
  const seen = await tx.get<Place>(
    `select id, received_at as "receivedAt" from messages
     where agency_id = :agency and id = :seenMessageId and conversation_id = :conversationId`,
    { conversationId, seenMessageId },
  );
  const wrote =
    seen ??
    (await tx.get<Place>(
      `select id, received_at as "receivedAt" from messages
       where agency_id = :agency and conversation_id = :conversationId and direction = 'inbound'
       order by sent_at desc, id desc limit 1`,
      { conversationId },
    ));
  return wrote ?? { id: '', receivedAt: 0 };
}
