import { type Opener, openWindow, windowAt } from '@transom/shared';
import type { AgencyWork } from './agency-work.ts';
import { unsentBefore } from './change-message.ts';
import type { MessageReceived } from './events.ts';
import { noteInterest, openHandoff } from './leads-and-handoffs.ts';
import { findByNativeId, insertMessage } from './messages.ts';
import { type AccountRef, noteLastMessage, openThread, saveThread, type Thread } from './thread.ts';

/**
 * A person wrote. Nothing happens before the native id is known to be new, so that a webhook that comes five times makes one
 * message, one lead, one handoff and one notification.
 */
export async function receiveMessage(work: AgencyWork, account: AccountRef, event: MessageReceived): Promise<void> {
  const { tx, now } = work;
  if ((await findByNativeId(tx, account.id, event.nativeMessageId)) !== undefined) return;
  const unsentAt = await unsentBefore(work, account, event.nativeMessageId);
  const thread = await openThread(tx, account, event.contact, { source: event.source, at: event.sentAt });
  const { channel, policy } = thread;
  const opener = { by: openerOf(event), at: event.sentAt, seenAt: now };
  const openedNow = openWindow(thread.window, { ...opener, messageId: '' }, policy);
  const messageId = await insertMessage(tx, {
    conversationId: thread.conversationId,
    accountId: account.id,
    direction: 'inbound',
    kind: event.messageKind,
    text: unsentAt === undefined ? event.text : null,
    nativeMessageId: event.nativeMessageId,
    deliveryId: account.deliveryId,
    sentAt: event.sentAt,
    receivedAt: now,
    state: 'received',
    origin: 'contact',
    ...(event.replyTo === null ? {} : { replyTo: event.replyTo }),
    ...(unsentAt === undefined ? {} : { unsentAt }),
    metadata: {
      attachments: unsentAt === undefined ? event.attachments : [],
      window: windowAt(openedNow, now, { channel, policy, humanAgentApproved: false }),
    },
  });
  thread.window = openWindow(thread.window, { ...opener, messageId }, policy);
  noteLastMessage(thread, messageId, event.sentAt);
  // Somebody who writes can be reached again, whatever an earlier send said.
  thread.unreachable = false;
  await noteInterest(work, thread, event.text);
  if (awaitsAnswer(thread, event.sentAt)) await openHandoff(work, thread);
  await saveThread(tx, thread);
  work.touch('conversation', thread.conversationId);
  work.touch('message', messageId);
  work.record('relay', 'message.received', messageId, {
    conversationId: thread.conversationId,
    sentAt: event.sentAt,
    windowOpenedAt: thread.window.openedAt,
  });
}

/** Words and media of any kind are a message to the channel's rules. */
function openerOf({ messageKind, source }: MessageReceived): Opener {
  if (source.kind === 'ad') return 'ad_referral';
  switch (messageKind) {
    case 'story_mention':
    case 'story_reply':
    case 'postback':
      return messageKind;
    default:
      return 'message';
  }
}

/**
 * Marks the thread as waiting for us, unless this came late and was answered already: the order in which the channel delivers
 * is not the order in which things happened.
 */
export function awaitsAnswer(thread: Thread, sentAt: number): boolean {
  if (thread.lastAnsweredAt !== null && sentAt <= thread.lastAnsweredAt) return false;
  thread.state = 'needs_answer';
  thread.unansweredSinceAt = Math.min(thread.unansweredSinceAt ?? sentAt, sentAt);
  return true;
}
