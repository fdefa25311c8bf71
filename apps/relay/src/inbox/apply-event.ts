import type { AgencyWork } from '../ledger/agency-work.ts';
import { changeComment } from './change-comment.ts';
import { editMessage, enterThread, reactToMessage, unsendMessage } from './change-message.ts';
import { takeEarly, threadKey } from './early-events.ts';
import type { HandledEvent } from './events.ts';
import { noteReceipt } from './receipts.ts';
import { receiveComment } from './receive-comment.ts';
import { receiveEcho } from './receive-echo.ts';
import { receiveMessage } from './receive-message.ts';
import type { AccountRef } from './thread.ts';

/**
 * Brings one event of a channel into the agency's inbox, and then whatever came too early and waited for it. Applying the same event
 * again changes nothing.
 */
export async function applyEvent(work: AgencyWork, account: AccountRef, event: HandledEvent): Promise<void> {
  await applyAlone(work, account, event);
  const brought = broughtBy(event);
  if (brought !== null) await applyEarly(work, account, brought);
}

/** The message or comment of this id is known now, and perhaps the thread with this person. */
export async function applyEarly(work: AgencyWork, account: AccountRef, brought: Brought): Promise<void> {
  for (const early of await takeEarly(work, account, brought)) await applyEvent(work, account, early);
}

type Brought = Parameters<typeof takeEarly>[2];

function broughtBy(event: HandledEvent): Brought | null {
  switch (event.kind) {
    case 'message_received':
      return { nativeId: event.nativeMessageId, thread: threadKey(event.contact.senderId) };
    case 'echo_received':
      return { nativeId: event.nativeMessageId, thread: threadKey(event.recipientId) };
    case 'comment_received':
      return {
        nativeId: event.commentId,
        thread: event.contact === null ? undefined : threadKey(event.contact.senderId),
      };
    default:
      return null;
  }
}

function applyAlone(work: AgencyWork, account: AccountRef, event: HandledEvent): Promise<void> {
  switch (event.kind) {
    case 'message_received':
      return receiveMessage(work, account, event);
    case 'echo_received':
      return receiveEcho(work, account, event);
    case 'comment_received':
      return receiveComment(work, account, event);
    case 'comment_changed':
      return changeComment(work, account, event);
    case 'message_unsent':
      return unsendMessage(work, account, event);
    case 'message_edited':
      return editMessage(work, account, event);
    case 'reaction_received':
      return reactToMessage(work, account, event);
    case 'messages_read':
    case 'messages_delivered':
      return noteReceipt(work, account, event);
    case 'thread_entered':
      return enterThread(work, account, event);
  }
}
