import type { Store } from '../cache/store.ts';
import type { ReadPage } from './apply-page.ts';

/**
 * Threads that turned out to be one person's: the relay moved the messages of one into the other, and the first is gone. The relay says
 * where they went; an older relay does not, and then a page that moves a message shows it, while the cache still knows where it was.
 */
export function mergedConversations(store: Store, page: ReadPage): { readonly from: string; readonly into: string }[] {
  const gone = new Set<string>();
  const found = new Map<string, string>();
  for (const { entity, id, document, mergedInto } of page.changes) {
    if (entity !== 'conversation' || document !== null) continue;
    gone.add(id);
    if (typeof mergedInto === 'string' && mergedInto !== '' && mergedInto !== id) found.set(id, mergedInto);
  }
  if (gone.size === 0) return [];
  for (const { entity, id, document } of page.changes) {
    if (entity !== 'message' || typeof document !== 'object' || document === null) continue;
    const from = store.messages.read(id)?.conversationId;
    const into: unknown = Reflect.get(document, 'conversationId');
    if (from === undefined || !gone.has(from) || found.has(from)) continue;
    if (typeof into === 'string' && into !== from) found.set(from, into);
  }
  return [...found.keys()].map((from) => ({ from, into: lastOf(from, found) }));
}

/** A thread that another one was merged into may itself be gone in the same page. */
function lastOf(from: string, found: ReadonlyMap<string, string>): string {
  let last = from;
  for (let step = 0; step < found.size; step += 1) last = found.get(last) ?? last;
  return last;
}
