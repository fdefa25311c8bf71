import { claimLeaseMs } from '@transom/shared';
import { type AgencyWork, inWork } from '../ledger/agency-work.ts';
import { firstLookMs, secondLookMs } from '../ledger/doubts.ts';
import { clampQueueTimes, shiftQueueTimes } from '../ledger/queue-times.ts';
import type { AgencyStore } from '../store/port.ts';
import { maxNotSentDelayMs, maxPauseMs } from './backoff.ts';

/**
 * Waits and claims are stored as times of the relay's clock. When that clock is corrected, they move with it: a reply that failed while
 * the clock was a day ahead does not wait for a day, and a claim from then does not keep others out for a day. `now` is after the step.
 */
export function shiftWaits(agency: AgencyStore, stepMs: number, now: number): Promise<void> {
  return inWork(
    agency,
    () => now,
    async (work) => {
      await shiftQueueTimes(work, stepMs);
      await work.tx.run(
        `update accounts set paused_until = paused_until + :stepMs where agency_id = :agency and paused_until > 0`,
        { stepMs },
      );
      // Claims that held before the step.
      await moveClaims(work, { after: now - stepMs, end: 'claimed_until + :value', value: stepMs });
    },
  );
}

/** At the start nobody knows whether the clock was ahead before, so no wait may be longer than the maximum of its kind from now. */
export function clampWaits(agency: AgencyStore, now: number): Promise<void> {
  return inWork(
    agency,
    () => now,
    async (work) => {
      await work.tx.run(
        `update accounts set paused_until = :latest where agency_id = :agency and paused_until > :latest`,
        {
          latest: now + maxPauseMs,
        },
      );
      await clampQueueTimes(work, {
        told: now + maxPauseMs,
        notSent: now + maxNotSentDelayMs,
        waitingForAccount: now,
        look: now + Math.max(firstLookMs, secondLookMs),
      });
      const latest = now + claimLeaseMs;
      await moveClaims(work, { after: latest, end: ':value', value: latest });
    },
  );
}

/** Gives claims that end later than `after` a new end, computed from `value`. Desks are told, because they show who is answering. */
async function moveClaims(
  work: AgencyWork,
  { after, end, value }: { readonly after: number; readonly end: string; readonly value: number },
): Promise<void> {
  const moved = await work.tx.all<{ conversationId: string }>(
    `update handoffs set claimed_until = ${end} where agency_id = :agency and state = 'claimed' and claimed_until > :after
     returning conversation_id as "conversationId"`,
    { after, value },
  );
  for (const { conversationId } of moved) work.touch('conversation', conversationId);
}
