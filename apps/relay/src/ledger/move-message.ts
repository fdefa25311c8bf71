import type { SqlParams } from '../store/port.ts';
import type { AgencyWork } from './agency-work.ts';
import { leftAtSql, stateOf } from './find-message.ts';
import { type EndOf, IllegalTransition, isFrom, type Transition } from './state-machine.ts';

/** What callers that move a message need to know about it. */
export type Moved = {
  readonly conversationId: string;
  readonly kind: string;
  /** The comment that a private reply answers, by the channel's id. */
  readonly replyTo: string | null;
  readonly sentAt: number;
  /** When it last left, by the relay's clock and, if known, by the channel's; null if it never did. */
  readonly startedAt: number | null;
  readonly leftAt: number | null;
};
const moved = `conversation_id as "conversationId", kind, reply_to as "replyTo", sent_at as "sentAt",
  attempt_started_at as "startedAt", ${leftAtSql} as "leftAt"`;

/**
 * Moves one message to another state. The statement itself compares the state, so that only one of two that decided by the same state
 * changes it. Throws `IllegalTransition` if the message's state does not allow this.
 */
export async function move<T extends Transition>(
  work: AgencyWork,
  transition: T,
  id: string,
  { to, set, params = {} }: { readonly to: EndOf<T>; readonly set?: string; readonly params?: SqlParams },
): Promise<Moved> {
  const where = `where agency_id = :agency and id = :id and ${isFrom(transition)} returning ${moved}`;
  const row =
    to === 'gone'
      ? await work.tx.get<Moved>(`delete from messages ${where}`, { id, ...params })
      : await work.tx.get<Moved>(`update messages set state = :to${set === undefined ? '' : `, ${set}`} ${where}`, {
          id,
          to,
          ...params,
        });
  if (row === undefined) throw await refusalOf(work, transition, id, to);
  return row;
}

async function refusalOf<T extends Transition>(
  work: AgencyWork,
  transition: T,
  id: string,
  to: EndOf<T>,
): Promise<IllegalTransition> {
  return new IllegalTransition(transition, id, (await stateOf(work.tx, id)) ?? 'gone', to);
}
