import type { Message } from '@transom/shared';

/**
 * Meta's id of what a message answers: another message, or the comment it was written under. Null where there is nothing to quote: the post
 * is shown above a comment anyway, and a story is not a message.
 */
export function quotedId(message: Message): string | null {
  if (message.kind === 'story_reply' || message.kind === 'story_mention') return null;
  const { comment } = message;
  if (comment === null) return message.replyTo;
  return comment.parentId === comment.postId ? null : comment.parentId;
}

export function findQuoted(messages: readonly Message[], nativeId: string): Message | undefined {
  return messages.findLast((message) => isQuoted(message, nativeId));
}

export function isQuoted({ nativeMessageId, comment }: Message, nativeId: string): boolean {
  return nativeMessageId === nativeId || comment?.commentId === nativeId;
}
