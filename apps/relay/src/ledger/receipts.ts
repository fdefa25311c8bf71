import type { AgencyWork } from './agency-work.ts';
import { leftAtSql } from './find-message.ts';
import { isFrom } from './state-machine.ts';

const isReached = `agency_id = :agency and conversation_id = :conversationId and direction = 'outbound' and kind <> 'comment'
  and coalesce(${leftAtSql}, sent_at) <= :upTo`;
// Repeated for the index, which holds what may still move.
const mayMove = `state in ('sent', 'delivered')`;
const statements = {
  delivered: `update messages set state = 'delivered' where ${isReached} and ${mayMove} and ${isFrom('noteDelivered')} returning id`,
  read: `update messages set state = 'read' where ${isReached} and ${mayMove} and ${isFrom('noteRead')} returning id`,
} as const;

/** The person received, or read, what was sent to them up to `upTo`. States only move forward. Returns the ids of what moved. */
export async function markReached(
  work: AgencyWork,
  conversationId: string,
  reached: keyof typeof statements,
  upTo: number,
): Promise<string[]> {
  const rows = await work.tx.all<{ id: string }>(statements[reached], { conversationId, upTo });
  for (const { id } of rows) work.touch('message', id);
  return rows.map(({ id }) => id);
}
