import { openWindow, type WindowFacts } from '@transom/shared';
import { forgottenAt, remember, subjectOfMessage } from '../forgotten/forgotten.ts';
import type { AgencyWork } from '../ledger/agency-work.ts';
import { findByNativeId } from '../ledger/find-message.ts';
import { edit, react, takeBack } from '../ledger/words.ts';
import { forgetEarlyWords, keepEarly, threadKey } from './early-events.ts';
import type { MessageEdited, MessageUnsent, ReactionReceived, ThreadEntered } from './events.ts';
import { type AccountRef, findThread, saveThread, type Thread } from './thread.ts';

/**
 * A message was taken back, by the contact or by the business: Meta obliges us to delete text and attachments everywhere. Its id is
 * remembered, so that neither a late delivery nor an old backup brings the text back.
 */
export async function unsendMessage(
  work: AgencyWork,
  account: AccountRef,
  event: Pick<MessageUnsent, 'nativeMessageId' | 'at'>,
): Promise<void> {
  await rememberUnsent(work, account, event.nativeMessageId, event.at);
  await forgetEarlyWords(work, account, event.nativeMessageId);
  const known = await findByNativeId(work.tx, account.id, event.nativeMessageId);
  if (known === undefined) return;
  await takeBack(work, known, { at: event.at, of: 'message' });
}

export async function rememberUnsent(
  work: AgencyWork,
  account: AccountRef,
  nativeMessageId: string,
  at: number,
): Promise<void> {
  await remember(work.tx, { kind: 'unsent', subject: subjectOfMessage(account.id, nativeMessageId), target: null, at });
}

/** When this message was taken back, perhaps before it arrived; undefined if it was not. */
export function unsentBefore(
  work: AgencyWork,
  account: AccountRef,
  nativeMessageId: string,
): Promise<number | undefined> {
  return forgottenAt(work.tx, 'unsent', subjectOfMessage(account.id, nativeMessageId));
}

export async function editMessage(work: AgencyWork, account: AccountRef, event: MessageEdited): Promise<void> {
  const { nativeMessageId: nativeId, at } = event;
  const known = await findByNativeId(work.tx, account.id, nativeId);
  if (known === undefined) {
    // The message was taken back already: its new words are not kept.
    if ((await unsentBefore(work, account, nativeId)) !== undefined) return;
    return keepEarly(work, account, { nativeId, kind: 'edited', at }, event);
  }
  await edit(work, known, { text: event.text, at, of: 'message' });
}

/** A reaction is shown on its message, and opens the window if the channel's policy says so, even if we never saw that message. */
export async function reactToMessage(work: AgencyWork, account: AccountRef, event: ReactionReceived): Promise<void> {
  const { nativeMessageId: nativeId, at } = event;
  const known = await findByNativeId(work.tx, account.id, nativeId);
  if (known === undefined) await keepEarly(work, account, { nativeId, kind: 'reaction', at }, event);
  const thread = await findThread(work.tx, account, event.senderId);
  if (thread === null || thread.lastMessageId === null) return keepForThread(work, account, event);
  const stands = known !== undefined && (await react(work, known.id, event));
  const opener = { by: 'reaction', messageId: known?.id ?? thread.lastMessageId, at, seenAt: work.now } as const;
  const window = event.reaction === null ? thread.window : openWindow(thread.window, opener, thread.policy);
  if (!stands && window === thread.window) return;
  if (window !== thread.window) await openWindowByAction(work, thread, window);
  // The list shows the contact's reaction to our message.
  if (stands && !known.isInbound) work.touch('conversation', known.conversationId);
  work.record('relay', 'message.reacted', known?.id ?? thread.conversationId, { at, taken: event.reaction === null });
}

/** A contact who does something towards the business can be reached again, whatever an earlier send reported. */
async function openWindowByAction(work: AgencyWork, thread: Thread, window: WindowFacts): Promise<void> {
  thread.window = window;
  thread.unreachable = false;
  await saveThread(work.tx, thread);
  work.touch('conversation', thread.conversationId);
}

/** Keeps an event that opens the window of a thread that we do not know yet; the latest one is enough. */
async function keepForThread(
  work: AgencyWork,
  account: AccountRef,
  event: ReactionReceived | ThreadEntered,
): Promise<void> {
  if (event.kind === 'reaction_received' && event.reaction === null) return;
  await keepEarly(work, account, { nativeId: threadKey(event.senderId), kind: event.kind, at: event.at }, event);
}

/** The contact entered an existing thread through a link: that opens the window without being a message. */
export async function enterThread(work: AgencyWork, account: AccountRef, event: ThreadEntered): Promise<void> {
  const thread = await findThread(work.tx, account, event.senderId);
  if (thread === null || thread.lastMessageId === null) return keepForThread(work, account, event);
  const by = event.byAd ? 'ad_referral' : 'link_referral';
  const opener = { by, messageId: thread.lastMessageId, at: event.at, seenAt: work.now } as const;
  const window = openWindow(thread.window, opener, thread.policy);
  if (window === thread.window) return;
  await openWindowByAction(work, thread, window);
  work.record('relay', 'thread.entered', thread.conversationId, { at: event.at });
}
