import type { AgencyWork } from './agency-work.ts';
import { editMessage, enterThread, noteReceipt, reactToMessage, unsendMessage } from './change-message.ts';
import type { ChannelEvent } from './events.ts';
import { changeComment, receiveComment } from './receive-comment.ts';
import { receiveEcho } from './receive-echo.ts';
import { receiveMessage } from './receive-message.ts';
import type { AccountRef } from './thread.ts';

/** Brings one event of a channel into the agency's inbox. Applying the same event again changes nothing. */
export function applyEvent(
  work: AgencyWork,
  account: AccountRef,
  event: Exclude<ChannelEvent, { kind: 'unhandled' }>,
): Promise<void> {
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
