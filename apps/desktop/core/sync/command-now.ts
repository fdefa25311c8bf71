import { type Command, forRelayOf, newId, refuse } from '@transom/shared';
import type { Outcome } from '../desk.ts';
import type { RelayConnection } from './relay-connection.ts';

/** For commands that are not kept in the outbox: they happen now or not at all; only `withdrawals.ts` asks again. */
export async function commandNow(link: RelayConnection | null, wanted: Command, id = newId()): Promise<Outcome> {
  const version = link?.version() ?? null;
  if (link?.isReady() !== true || version === null) return { ok: false, refusal: refuse('not_stored.no_connection') };
  const told = forRelayOf(version, wanted);
  if (!told.ok) return told;
  try {
    const answer = await link.command({ id, command: told.command });
    return answer.ok ? { ok: true } : answer;
  } catch {
    return { ok: false, refusal: refuse('not_stored.no_answer') };
  }
}
