import type { Message, Refusal } from '@transom/shared';

/**
 * What has happened in a conversation since somebody began to write in it. `seen` is the state of the thread when typing began, or when the
 * person last confirmed having read it. A reply is sent only while there is nothing newer, and carries the newest message seen, so that the
 * relay can apply the same check to what has not arrived here yet.
 */
export type Answer = NonNullable<Refusal['answer']>;
/** Times are those at which the relay learned of a message: the channel's clock and the relay's are two clocks. */
export type ThreadMark = {
  /** The newest message that has arrived, of whatever kind; null for a thread without any. */
  readonly newestId: string | null;
  readonly newestAt: number;
  /** When the contact's newest message arrived. */
  readonly inboundAt: number;
  /** The newest answer that somebody else gave: a colleague, or the business outside of Transom. */
  readonly answer: Answer | null;
  readonly answerAt: number;
};
export const emptyMark: ThreadMark = { newestId: null, newestAt: 0, inboundAt: 0, answer: null, answerAt: 0 };

export type Interruption = { readonly kind: 'wrote_again' } | { readonly kind: 'answered'; readonly answer: Answer };

export function markOf(messages: readonly Message[], personId: string | null): ThreadMark {
  let newest: Message | null = null;
  let inbound: Message | null = null;
  let answer: Message | null = null;
  for (const message of messages) {
    if (newest === null || message.receivedAt >= newest.receivedAt) newest = message;
    if (message.direction === 'inbound') inbound = message;
    else if (isAnswerOfOthers(message, personId)) answer = message;
  }
  return {
    newestId: newest?.id ?? null,
    newestAt: newest?.receivedAt ?? 0,
    inboundAt: inbound?.receivedAt ?? 0,
    answer: answer === null ? null : answerOf(answer),
    answerAt: answer?.receivedAt ?? 0,
  };
}

function isAnswerOfOthers({ direction, state, unsentAt, author }: Message, personId: string | null): boolean {
  if (direction !== 'outbound' || state === 'failed' || unsentAt !== null) return false;
  return author === null || author.id !== personId;
}

function answerOf({ id, author, text, sentAt }: Message): Answer {
  return { messageId: id, by: author?.name ?? null, text: text ?? '', sentAt };
}

/** The same thread with an answer that only the relay knows of so far. */
export function withAnswer(mark: ThreadMark, answer: Answer): ThreadMark {
  const at = Math.max(mark.newestAt, answer.sentAt);
  return { ...mark, newestId: answer.messageId, newestAt: at, answer, answerAt: at };
}

/**
 * Only what arrived after `seen` counts: reading back loads older messages, and when a message fails or is taken back, an older one becomes
 * the newest. Somebody else's answer outweighs another message from the buyer, since it may have said everything.
 */
export function interruptionSince(seen: ThreadMark, present: ThreadMark): Interruption | null {
  const { answer } = present;
  const isNew = answer !== null && answer.messageId !== seen.answer?.messageId && answer.messageId !== seen.newestId;
  if (isNew && present.answerAt >= seen.newestAt) return { kind: 'answered', answer };
  return present.inboundAt > seen.inboundAt && present.inboundAt >= seen.newestAt ? { kind: 'wrote_again' } : null;
}
