import { refuse } from '@transom/shared';
import type { Store } from './cache/store.ts';
import type { Identity } from './identities/identities.ts';
import { holdWithdrawn } from './withdrawals.ts';

/** Why a message whose device was cut off is held. One that was tried may have reached the relay. */
export const cutOff = {
  untried: refuse('unauthorized.cut_off'),
  tried: refuse('unauthorized.cut_off_unanswered'),
};

/**
 * The files in a folder belong to one device of their person. If that is now another device, or none, unsent words and those being taken
 * back are held, and the cache is marked to be erased, in one commit. Returns whether that was so.
 */
export function settleDevice(store: Store, present: Identity | null): boolean {
  const before = store.local.device();
  if (before === (present?.deviceId ?? null)) return false;
  store.local.inOneCommit(() => {
    // Before the first pairing nothing waits, and nothing is in the cache.
    if (before !== null) store.outbox.holdAll(cutOff);
    holdWithdrawn(store);
    store.local.noteDevice(present);
    store.local.markCacheToErase();
  });
  return true;
}
