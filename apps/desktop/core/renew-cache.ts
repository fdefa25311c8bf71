import { minuteMs, type Reason } from '@transom/shared';
import { replaceCache } from './cache/refill.ts';
import { removeAside } from './cache/set-aside.ts';
import type { Store } from './cache/store.ts';
import type { Log } from './ports.ts';

/** If the cache is damaged more often than this within ten minutes, the disk is at fault. */
const maxRefills = 3;
const refillsWithinMs = 10 * minuteMs;
const openAgainMs = 2_000;

/** Begins a new cache, which the relay fills, when the old one is damaged or belongs to another device. */
export function renewCache(desk: {
  readonly store: Store;
  readonly folder: string;
  readonly log: Log;
  /** Nothing may arrive from the relay while the files change. */
  readonly disconnect: () => void;
  readonly setTrouble: (trouble: Reason | null) => void;
  /** The new cache is there, and empty. */
  readonly begin: () => void;
  readonly attempt: (step: () => void) => void;
}) {
  let refilledAt: number[] = [];
  /** There may be a damaged cache beside this one, with words that nothing else would erase. */
  let mayBeAside = true;
  let openingAgain: NodeJS.Timeout | undefined;

  function openReplaced(fate: 'set_aside' | 'erase'): void {
    clearTimeout(openingAgain);
    desk.disconnect();
    const trouble = replaceCache(desk.store, desk.folder, fate);
    desk.setTrouble(trouble);
    if (trouble === null) return desk.begin();
    desk.log('error', 'the files of this desk cannot be used', { code: trouble.code });
    openingAgain = setTimeout(() => desk.attempt(() => openReplaced(fate)), openAgainMs);
  }

  return {
    erase: () => openReplaced('erase'),
    /** Replaces the cache, whatever is wrong with it. False when that has happened too often. */
    refill(): boolean {
      refilledAt = refilledAt.filter((at) => performance.now() - at < refillsWithinMs);
      if (refilledAt.length >= maxRefills) return false;
      refilledAt.push(performance.now());
      mayBeAside = true;
      desk.log('warn', 'a damaged cache was moved aside; it is being rebuilt');
      openReplaced('set_aside');
      return true;
    },
    /** The desk has everything again: nobody needs the damaged one. */
    removeDamaged(): void {
      if (mayBeAside) desk.attempt(() => removeAside(desk.folder));
      mayBeAside = false;
    },
    close: () => clearTimeout(openingAgain),
  };
}
