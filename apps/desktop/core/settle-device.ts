import { refuse } from '@transom/shared';
import type { Store } from './cache/store.ts';
import type { Identity } from './identities/identities.ts';
import { holdWithdrawn } from './withdrawals.ts';

/** Why a message is held whose device was cut off. One that was tried may have reached the relay. */
export const cutOff = {
  untried: refuse('unauthorized.cut_off'),
  tried: refuse('unauthorized.cut_off_unanswered'),
};

/**
 * The files of a folder wait for one device of their person. If that has become another one, or none, unsent words and those being taken
 * back are kept, and held, and the cache has to go: one commit. Returns whether that was so.
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
