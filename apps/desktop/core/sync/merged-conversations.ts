import type { Store } from '../cache/store.ts';
import type { ReadPage } from './apply-page.ts';

/**
 * Threads that turned out to be one person's: the relay moved the messages of the one into the other, and the one is gone. Told by a page
 * that is about to be applied, while the cache still knows where the messages were.
 */
export function mergedConversations(store: Store, page: ReadPage): { readonly from: string; readonly into: string }[] {
  const gone = new Set(
    page.changes.flatMap(({ entity, id, document }) => (entity === 'conversation' && document === null ? [id] : [])),
  );
  const found = new Map<string, string>();
  if (gone.size === 0) return [];
  for (const { entity, id, document } of page.changes) {
    if (entity !== 'message' || typeof document !== 'object' || document === null) continue;
    const from = store.messages.read(id)?.conversationId;
    const into: unknown = Reflect.get(document, 'conversationId');
    if (from !== undefined && gone.has(from) && typeof into === 'string' && into !== from) found.set(from, into);
  }
  return [...found].map(([from, into]) => ({ from, into }));
}
