import { claimHolder, claimLeaseMs } from '@transom/shared';
import type { DeskStores } from '../desk.ts';

/** A claim is a lease that typing renews: somebody who writes for ten minutes keeps the conversation. */
export function renewClaim({ thread, compose, clock, session, handoffs }: DeskStores): void {
  const { row } = thread.getState();
  const { now } = clock.getState();
  const me = session.getState().session?.person?.id;
  if (row === null || row.id !== compose.getState().conversationId || now === null) return;
  if (me === undefined || claimHolder(row.handoff, now)?.id !== me) return;
  const leftMs = (row.handoff?.claimedUntil ?? now) - now;
  if (leftMs < claimLeaseMs / 2) handoffs.getState().renew(row.id);
}
