import type { AgencyWork } from './agency-work.ts';
import { move } from './move-message.ts';

/** Moves every message to the thread that is kept. Replies queued there already are sent first. */
export async function moveToConversation(
  work: AgencyWork,
  { kept, gone }: { readonly kept: string; readonly gone: string },
): Promise<void> {
  const moved = await work.tx.all<{ id: string }>(
    `update messages set conversation_id = :kept,
       queue_number = queue_number + (select coalesce(max(w.queue_number), 0) from messages w
         where w.agency_id = :agency and w.conversation_id = :kept and w.state in ('queued', 'sending'))
     where agency_id = :agency and conversation_id = :gone returning id`,
    { kept, gone },
  );
  for (const { id } of moved) work.touch('message', id);
}

/** The row that an echo made was this reply all along: what happened to it there passes to the reply, and the row is deleted. */
export async function absorbEcho(
  work: AgencyWork,
  reply: { readonly id: string; readonly text: string | null },
  echoId: string,
): Promise<void> {
  await work.tx.run(
    `update messages set (text, edited_at, reaction, reaction_at, delivery_id) = (
       select case when e.edited_at is null then :text else e.text end, e.edited_at, e.reaction, e.reaction_at, e.delivery_id
       from messages e where e.agency_id = :agency and e.id = :echoId)
     where agency_id = :agency and id = :id`,
    { id: reply.id, text: reply.text, echoId },
  );
  const { conversationId } = await move(work, 'absorbEcho', echoId, { to: 'gone' });
  // Its words are also in earlier changes, where nothing would find them if the reply were taken back.
  work.withdraw('message', echoId);
  work.withdraw('conversation', conversationId);
}
