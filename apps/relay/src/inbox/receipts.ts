import type { AgencyWork } from '../ledger/agency-work.ts';
import { findByNativeId } from '../ledger/find-message.ts';
import { markReached } from '../ledger/receipts.ts';
import { keepEarly, threadKey } from './early-events.ts';
import type { MessagesDelivered, MessagesRead } from './events.ts';
import { type AccountRef, findThread, saveThread, type Thread } from './thread.ts';

/**
 * Read and delivered only ever move forward: queued < sent < delivered < read. A public comment has neither. How far they reach is noted in
 * the thread, for replies that we learn of later.
 */
export async function noteReceipt(
  work: AgencyWork,
  account: AccountRef,
  event: MessagesRead | MessagesDelivered,
): Promise<void> {
  const upTo = 'at' in event.upTo ? event.upTo.at : await leftAtOf(work, account, event, event.upTo.nativeMessageId);
  if (upTo === null) return;
  const thread = await findThread(work.tx, account, event.senderId);
  if (thread === null) {
    const about = { nativeId: threadKey(event.senderId), kind: event.kind, at: upTo };
    return keepEarly(work, account, about, { ...event, upTo: { at: upTo } });
  }
  const reaches = event.kind === 'messages_read' ? 'readUpTo' : 'deliveredUpTo';
  const before = thread[reaches];
  if (before !== null && upTo <= before) return;
  thread[reaches] = upTo;
  await saveThread(work.tx, thread);
  await moveByReceipts(work, thread);
}

/** Moves the state of what the business sent in this thread as far as its receipts reach. */
export async function moveByReceipts(work: AgencyWork, thread: Thread): Promise<void> {
  for (const [reached, upTo] of [
    ['delivered', thread.deliveredUpTo],
    ['read', thread.readUpTo],
  ] as const) {
    if (upTo === null) continue;
    const moved = await markReached(work, thread.conversationId, reached, upTo);
    if (moved.some((id) => id === thread.lastMessageId)) work.touch('conversation', thread.conversationId);
  }
}

/** The state of a message that left at `leftAt`, given the receipts that came before we knew of it. */
export function stateByReceipts(thread: Thread, leftAt: number): 'sent' | 'delivered' | 'read' {
  if (thread.readUpTo !== null && leftAt <= thread.readUpTo) return 'read';
  return thread.deliveredUpTo !== null && leftAt <= thread.deliveredUpTo ? 'delivered' : 'sent';
}

/** Instagram names the last message that was read. If we do not know its id yet, the receipt waits for it. */
async function leftAtOf(
  work: AgencyWork,
  account: AccountRef,
  event: MessagesRead | MessagesDelivered,
  nativeId: string,
): Promise<number | null> {
  const known = await findByNativeId(work.tx, account.id, nativeId);
  if (known === undefined) await keepEarly(work, account, { nativeId, kind: event.kind, at: 0 }, event);
  return known?.leftAt ?? null;
}
