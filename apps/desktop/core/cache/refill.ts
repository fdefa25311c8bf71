import type { Reason } from '@transom/shared';
import { type Fate, openDatabase } from './open.ts';
import { createStore, type Store } from './store.ts';

/**
 * Puts a new, empty cache under a store that is in use. Drafts, outbox and identity are in the other file and stay, and callers keep
 * using the same store. What should happen to the old cache is noted in local.db first, so that a start after a crash does it too.
 */
export function replaceCache(store: Store, folder: string, fate: Exclude<Fate, 'keep'>): Reason | null {
  try {
    if (fate === 'erase') store.local.markCacheToErase();
    else store.local.markCacheDamaged();
  } catch {
    // Another program holds local.db, or the store is already closed. What follows does not depend on the note.
  }
  store.close();
  const opened = openDatabase(folder, fate);
  if (opened.kind === 'trouble') return opened.trouble;
  Object.assign(store, createStore(opened.db));
  return null;
}
