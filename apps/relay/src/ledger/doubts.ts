import { type ReasonKey, type ReasonOf, secondMs } from '@transom/shared';
import type { AgencyWork } from './agency-work.ts';
import { failureParams, setFailure } from './failure.ts';
import { type Moved, move } from './move-message.ts';
import { settled, touchBoth } from './sending.ts';
import { type EndOf, isFrom } from './state-machine.ts';

/** First look after half a minute: an echo, if there is one, has usually arrived by then. */
export const firstLookMs = 30 * secondMs;
export const secondLookMs = 90 * secondMs;

// From here on, `attempts` counts looks.
const toLookFor = `next_attempt_at = :lookAt, attempts = 0, ${setFailure}`;

type Doubt = ReasonOf<'unconfirmed'>;

/** It is unknown whether it arrived. */
export function markUnconfirmed(work: AgencyWork, id: string, why: Doubt): Promise<Moved> {
  return doubt(work, 'markUnconfirmed', id, why, toLookFor);
}

/** The id that made it count as sent belongs to another message. */
export function takeBackProof(work: AgencyWork, id: string, why: Doubt): Promise<Moved> {
  return doubt(work, 'takeBackProof', id, why, `native_message_id = null, ${toLookFor}`);
}

async function doubt(
  work: AgencyWork,
  transition: 'markUnconfirmed' | 'takeBackProof',
  id: string,
  why: Doubt,
  set: string,
): Promise<Moved> {
  const params = { lookAt: work.now + firstLookMs, ...failureParams(why) };
  const moved = await move(work, transition, id, { to: 'unconfirmed', set, params });
  touchBoth(work, id, moved.conversationId);
  work.record('relay', 'reply.unconfirmed', id);
  return moved;
}

/** An older backup was restored. Each reply that waited then gets all looks again. Returns how many there are. */
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
  { look, nextLookAt, why }: { readonly look: number; readonly nextLookAt: number | null; readonly why: Doubt },
): Promise<void> {
  await move(work, 'noteLook', id, {
    to: 'unconfirmed',
    set: `attempts = attempts + 1, next_attempt_at = :nextLookAt, ${setFailure}`,
    params: { nextLookAt, ...failureParams(why) },
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

/** Takes a name, which is filled in when the document is made. */
const saidBy: ReasonKey = 'not_arrived.by';

/** A person looked: it did not arrive, and its words may be sent again. */
export async function deny(work: AgencyWork, id: string, by: string): Promise<void> {
  const { conversationId } = await move(work, 'deny', id, {
    to: 'failed',
    set: `next_attempt_at = null, ${setFailure}`,
    params: failureParams({ code: 'not_arrived', reason: saidBy }, by),
  });
  touchBoth(work, id, conversationId);
  work.record(by, 'message.confirmed_by_person', id, { arrived: false });
}
