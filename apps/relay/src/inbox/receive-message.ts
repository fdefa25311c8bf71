import { type Opener, openWindow, windowAt } from '@transom/shared';
import { insertReceived } from '../ledger/add-message.ts';
import type { AgencyWork } from '../ledger/agency-work.ts';
import type { MessageReceived } from './events.ts';
import { noteInterest, openHandoff } from './leads-and-handoffs.ts';
import { type AccountRef, noteLastMessage, openThread, saveThread, type Thread } from './thread.ts';

/** Takes in a new message of a contact. `unsentAt`: when they took it back. */
export async function receiveMessage(
  work: AgencyWork,
  account: AccountRef,
  event: MessageReceived,
  unsentAt: number | undefined,
): Promise<void> {
  const { tx, now } = work;
  const thread = await openThread(tx, account, event.contact, { source: event.source, at: event.sentAt });
  const { channel, policy } = thread;
  const opener = { by: openerOf(event), at: event.sentAt, seenAt: now };
  const openedNow = openWindow(thread.window, { ...opener, messageId: '' }, policy);
  const messageId = await insertReceived(
    work,
    {
      conversationId: thread.conversationId,
      accountId: account.id,
      kind: event.messageKind,
      text: event.text,
      nativeMessageId: event.nativeMessageId,
      sentAt: event.sentAt,
      replyTo: event.replyTo,
      metadata: {
        attachments: unsentAt === undefined ? event.attachments : [],
        window: windowAt(openedNow, now, { channel, policy, humanAgentApproved: false }),
      },
      unsentAt,
      deliveryId: account.deliveryId,
    },
    { windowOpenedAt: openedNow.openedAt },
  );
  thread.window = openWindow(thread.window, { ...opener, messageId }, policy);
  noteLastMessage(thread, messageId, event.sentAt);
  // A contact who writes can be reached again, whatever an earlier send reported.
  thread.unreachable = false;
  thread.snoozedUntil = null;
  await noteInterest(work, thread, event.text);
  if (awaitsAnswer(thread, event.sentAt)) await openHandoff(work, thread);
  await saveThread(tx, thread);
}

/** To the channel's rules, words and media of any kind are a message. */
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
