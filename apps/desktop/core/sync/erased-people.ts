import type { PlacedDraft } from '../cache/queries/local.ts';
import type { Store } from '../cache/store.ts';
import type { ReadPage } from './apply-page.ts';

/**
 * The conversations of erased people in a page that is about to be applied. What was written to them here is deleted first, in a commit
 * of its own: the two files do not commit together, and an applied page is not sent again. `drafts` are those that were emptied.
 */
export function forgetErasedPeople(
  store: Store,
  page: ReadPage,
): { readonly erased: readonly string[]; readonly drafts: readonly PlacedDraft[] } {
  const erased = page.changes.flatMap(({ entity, id, document }) =>
    entity === 'conversation' && isErased(document) ? [id] : [],
  );
  return { erased, drafts: erased.length === 0 ? [] : store.local.forgetPeople(erased) };
}

export type TakenBack = { readonly messages: readonly string[]; readonly conversations: readonly string[] };

/** What a page takes back: messages that were withdrawn or unsent, and conversations that are gone. Quotes of them are deleted first. */
export function takenBack(page: ReadPage): TakenBack {
  const idsOf = (entity: string, isTaken: (document: unknown) => boolean) =>
    page.changes.flatMap((change) => (change.entity === entity && isTaken(change.document) ? [change.id] : []));
  return {
    messages: idsOf('message', (document) => document === null || isUnsent(document)),
    conversations: idsOf('conversation', (document) => document === null),
  };
}

function isErased(document: unknown): boolean {
  return typeof document === 'object' && document !== null && typeof Reflect.get(document, 'erasedAt') === 'number';
}

function isUnsent(document: unknown): boolean {
  return typeof document === 'object' && document !== null && typeof Reflect.get(document, 'unsentAt') === 'number';
}

/** Whether this page removes words from the cache that its files may still hold. */
export function tookWordsAway(page: ReadPage): boolean {
  return page.changes.some(({ document }) => document === null || isErased(document) || isUnsent(document));
}
