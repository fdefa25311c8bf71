import type { AgencyWork } from '../ledger/agency-work.ts';
import { findByNativeId, type KnownMessage } from '../ledger/find-message.ts';
import { edit, hide, show, takeBack } from '../ledger/words.ts';
import { askAsBefore, stopAsking } from './answers.ts';
import { rememberUnsent, unsentBefore } from './change-message.ts';
import { forgetEarlyWords, keepEarly, shownAt } from './early-events.ts';
import type { CommentChanged } from './events.ts';
import { readCommentFacts } from './private-reply-rights.ts';
import { type AccountRef, findThreadOfConversation, saveThread, type Thread } from './thread.ts';

/** Edited or removed by its author, hidden or shown again by the business; even before we have heard of the comment. */
export async function changeComment(work: AgencyWork, account: AccountRef, event: CommentChanged): Promise<void> {
  const known = await findByNativeId(work.tx, account.id, event.commentId);
  switch (event.change) {
    case 'edited':
      return editComment(work, account, event, known);
    case 'removed':
      return removeComment(work, account, event, known);
    case 'hidden':
      return hideComment(work, account, event, known);
    case 'shown':
      return showComment(work, account, event, known);
  }
}

async function editComment(
  work: AgencyWork,
  account: AccountRef,
  event: CommentChanged,
  known: KnownMessage | undefined,
): Promise<void> {
  if (known === undefined) {
    // The comment is gone already: its new words are not kept.
    const isGone = (await unsentBefore(work, account, event.commentId)) !== undefined;
    return isGone ? undefined : keepForLater(work, account, event);
  }
  await edit(work, known, { text: event.text, at: event.at, of: 'comment' });
}

/** Its words are deleted everywhere. Nothing is left to answer, neither in private nor in public. */
async function removeComment(
  work: AgencyWork,
  account: AccountRef,
  event: CommentChanged,
  known: KnownMessage | undefined,
): Promise<void> {
  await rememberUnsent(work, account, event.commentId, event.at);
  await forgetEarlyWords(work, account, event.commentId);
  if (known === undefined) return;
  if (await takeBack(work, known, { at: event.at, of: 'comment' }))
    await changeThread(work, known, (thread) => stopAsking(work, thread, 'relay'));
}

async function hideComment(
  work: AgencyWork,
  account: AccountRef,
  event: CommentChanged,
  known: KnownMessage | undefined,
): Promise<void> {
  if (known === undefined) return keepForLater(work, account, event);
  const shown = await shownAt(work, account, event.commentId);
  if (shown !== undefined && shown >= event.at) return;
  if (await hide(work, known, event.at))
    await changeThread(work, known, (thread) => stopAsking(work, thread, 'hidden'));
}

async function showComment(
  work: AgencyWork,
  account: AccountRef,
  event: CommentChanged,
  known: KnownMessage | undefined,
): Promise<void> {
  await keepForLater(work, account, event);
  if (known === undefined) return;
  const shown = await show(work, known, event.at);
  if (shown === null) return;
  await changeThread(work, known, async (thread) => {
    if (!shown.isGone) await askAsBefore(work, thread);
  });
}

function keepForLater(work: AgencyWork, account: AccountRef, event: CommentChanged): Promise<void> {
  return keepEarly(work, account, { nativeId: event.commentId, kind: event.change, at: event.at }, event);
}

/** Runs `change` if the comment is the contact's own, after reading again which comment can still get a private reply. */
async function changeThread(
  work: AgencyWork,
  { conversationId, isInbound }: KnownMessage,
  change: (thread: Thread) => Promise<void>,
): Promise<void> {
  const thread = await findThreadOfConversation(work.tx, conversationId);
  if (thread === null || !isInbound) return;
  thread.window = { ...thread.window, comment: await readCommentFacts(work.tx, conversationId) };
  await change(thread);
  await saveThread(work.tx, thread);
}
