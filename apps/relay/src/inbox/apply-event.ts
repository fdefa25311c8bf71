import type { AgencyWork } from '../ledger/agency-work.ts';
import { changeComment } from './change-comment.ts';
import { editMessage, enterThread, reactToMessage, unsendMessage } from './change-message.ts';
import { type Brought, takeEarly, threadKey } from './early-events.ts';
import type { CommentReceived, EchoReceived, HandledEvent, MessageReceived } from './events.ts';
import { noteReceipt } from './receipts.ts';
import { receiveComment } from './receive-comment.ts';
import { receiveEcho } from './receive-echo.ts';
import { receiveMessage } from './receive-message.ts';
import type { AccountRef } from './thread.ts';
import { whatIsKnown } from './what-is-known.ts';

/** Whether the words of a message that the event added are kept, or were taken back before they came. */
export type FateOfWords = 'kept' | 'taken_back';

/**
 * Brings one event of a channel into the agency's inbox, then everything that came too early and waited for it. Applying the same event
 * again changes nothing. Null if the event added no message of the contact: then only the tables tell what became of its words.
 */
export async function applyEvent(
  work: AgencyWork,
  account: AccountRef,
  event: HandledEvent,
): Promise<FateOfWords | null> {
  switch (event.kind) {
    case 'message_received':
    case 'echo_received':
    case 'comment_received':
      return bring(work, account, event);
    default:
      await change(work, account, event);
      return null;
  }
}

/** The message or comment is known now, and perhaps its thread: applies what waited for either. */
export async function applyEarly(work: AgencyWork, account: AccountRef, brought: Brought): Promise<void> {
  for (const early of await takeEarly(work, account, brought)) await applyEvent(work, account, early);
}

type Bringing = MessageReceived | EchoReceived | CommentReceived;

/**
 * Checks first whether the native id is new, so that a webhook delivered five times makes one message, one lead, one handoff and one
 * notification.
 */
async function bring(work: AgencyWork, account: AccountRef, event: Bringing): Promise<FateOfWords | null> {
  const brought = broughtBy(event);
  const { isThere, unsentAt, isAwaited } = await whatIsKnown(work, account, brought);
  if (!isThere) await receive(work, account, event, unsentAt);
  if (isAwaited) await applyEarly(work, account, brought);
  if (isThere || event.kind !== 'message_received') return null;
  return unsentAt === undefined ? 'kept' : 'taken_back';
}

function broughtBy(event: Bringing): Brought {
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
  }
}

function receive(work: AgencyWork, account: AccountRef, event: Bringing, unsentAt: number | undefined): Promise<void> {
  switch (event.kind) {
    case 'message_received':
      return receiveMessage(work, account, event, unsentAt);
    case 'echo_received':
      return receiveEcho(work, account, event, unsentAt);
    case 'comment_received':
      return receiveComment(work, account, event, unsentAt);
  }
}

function change(work: AgencyWork, account: AccountRef, event: Exclude<HandledEvent, Bringing>): Promise<void> {
  switch (event.kind) {
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
