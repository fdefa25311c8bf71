import type { Store } from './cache/store.ts';

/** What was said in a conversation up to now is read. False when it was read before. */
export function markSeen(store: Store, conversationId: string): boolean {
  const row = store.conversations.read(conversationId);
  if (row?.unread !== true) return false;
  store.local.markSeen(conversationId, Math.max(row.lastMessageAt, row.lastReaction?.at ?? 0));
  return true;
}
