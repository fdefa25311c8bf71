import { secondMs } from '@transom/shared';
import type { AgencyWork } from './agency-work.ts';
import { type Moved, move } from './move-message.ts';
import { settled, touchBoth } from './sending.ts';
import { type EndOf, isFrom } from './state-machine.ts';

/** First look after half a minute: an echo, if there is one, is usually here by then. */
export const firstLookMs = 30 * secondMs;
export const secondLookMs = 90 * secondMs;

// From here on `attempts` counts looks.
const toLookFor = `next_attempt_at = :lookAt, attempts = 0, failure_code = 'unconfirmed', failure_detail = :detail`;

/** Nobody knows whether it arrived. */
export function markUnconfirmed(work: AgencyWork, id: string, detail: string): Promise<Moved> {
  return doubt(work, 'markUnconfirmed', id, detail, toLookFor);
}

/** The id by which it counted as sent is another message's. */
export function takeBackProof(work: AgencyWork, id: string, detail: string): Promise<Moved> {
  return doubt(work, 'takeBackProof', id, detail, `native_message_id = null, ${toLookFor}`);
}

async function doubt(
  work: AgencyWork,
  transition: 'markUnconfirmed' | 'takeBackProof',
  id: string,
  detail: string,
  set: string,
): Promise<Moved> {
  const params = { lookAt: work.now + firstLookMs, detail };
  const moved = await move(work, transition, id, { to: 'unconfirmed', set, params });
  touchBoth(work, id, moved.conversationId);
  work.record('relay', 'reply.unconfirmed', id);
  return moved;
}

/** An older backup was restored. Each reply that waited then is entitled to all looks. Returns how many there are. */
export async function doubtAfterRestore(work: AgencyWork): Promise<number> {
  const waiting = await work.tx.all<{ id: string; conversationId: string }>(
    `update messages set state = 'unconfirmed', next_attempt_at = :now, attempts = 0,
       attempt_started_at = coalesce(attempt_started_at, sent_at)
     where agency_id = :agency and ${isFrom('doubtAfterRestore')} returning id, conversation_id as "conversationId"`,
    { now: work.now },
  );
  for (const { id, conversationId } of waiting) touchBoth(work, id, conversationId);
  return waiting.length;
}

/** Looked for, and not found. With `nextLookAt` null a person is asked. */
export async function noteLook(
  work: AgencyWork,
  id: string,
  { look, nextLookAt, detail }: { readonly look: number; readonly nextLookAt: number | null; readonly detail: string },
): Promise<void> {
  await move(work, 'noteLook', id, {
    to: 'unconfirmed',
    set: 'attempts = attempts + 1, next_attempt_at = :nextLookAt, failure_detail = :detail',
    params: { nextLookAt, detail },
  });
  work.touch('message', id);
  work.record('relay', 'reply.looked_up', id, { found: false, look });
}

/** A person looked: it arrived. */
export async function confirm(
  work: AgencyWork,
  id: string,
  { to, by }: { readonly to: EndOf<'confirm'>; readonly by: string },
): Promise<void> {
  const { conversationId } = await move(work, 'confirm', id, { to, set: settled });
  touchBoth(work, id, conversationId);
  work.record(by, 'message.confirmed_by_person', id, { arrived: true });
}

/** A person looked: it did not arrive, and its words may be sent again. */
export async function deny(
  work: AgencyWork,
  id: string,
  { detail, by }: { readonly detail: string; readonly by: string },
): Promise<void> {
  const { conversationId } = await move(work, 'deny', id, {
    to: 'failed',
    set: `next_attempt_at = null, failure_code = 'not_arrived', failure_detail = :detail`,
    params: { detail },
  });
  touchBoth(work, id, conversationId);
  work.record(by, 'message.confirmed_by_person', id, { arrived: false });
}
