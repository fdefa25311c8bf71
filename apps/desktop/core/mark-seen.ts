import type { Store } from './cache/store.ts';

/** Marks a conversation as read up to now. False when it already was. */
export function markSeen(store: Store, conversationId: string): boolean {
  const row = store.conversations.read(conversationId);
  if (row?.unread !== true) return false;
  store.local.markSeen(conversationId, Math.max(row.lastMessageAt, row.lastReaction?.at ?? 0));
  return true;
}
