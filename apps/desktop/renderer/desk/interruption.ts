import type { Message, Refusal } from '@transom/shared';

/**
 * What happened in a conversation since somebody began to write in it. `seen` is how the thread stood when typing began, or when the
 * person said that they had read on; a reply goes out only while nothing newer is there, and carries the newest message seen with it, so that
 * the relay can say the same about what has not arrived here yet.
 */
export type Answer = NonNullable<Refusal['answer']>;
export type ThreadMark = {
  /** The newest message that has arrived, of whatever kind; null for a thread without any. */
  readonly newestId: string | null;
  readonly inboundId: string | null;
  /** The newest answer that somebody else gave: a colleague, or the business outside of Transom. */
  readonly answer: Answer | null;
};
export const emptyMark: ThreadMark = { newestId: null, inboundId: null, answer: null };

export type Interruption = { readonly kind: 'wrote_again' } | { readonly kind: 'answered'; readonly answer: Answer };

export function markOf(messages: readonly Message[], personId: string | null): ThreadMark {
  const answer = messages.findLast((message) => isAnswerOfOthers(message, personId));
  let newest: Message | null = null;
  // By arrival: the channel's clock and the relay's are two clocks.
  for (const message of messages) if (newest === null || message.receivedAt >= newest.receivedAt) newest = message;
  return {
    newestId: newest?.id ?? null,
    inboundId: messages.findLast(({ direction }) => direction === 'inbound')?.id ?? null,
    answer:
      answer === undefined
        ? null
        : { messageId: answer.id, by: answer.author?.name ?? null, text: answer.text ?? '', sentAt: answer.sentAt },
  };
}

function isAnswerOfOthers({ direction, state, unsentAt, author }: Message, personId: string | null): boolean {
  if (direction !== 'outbound' || state === 'failed' || unsentAt !== null) return false;
  return author === null || author.id !== personId;
}

/** An answer of somebody else weighs more than another message of the buyer: it may have said everything. */
export function interruptionSince(seen: ThreadMark, present: ThreadMark): Interruption | null {
  if (present.answer !== null && present.answer.messageId !== seen.answer?.messageId)
    return { kind: 'answered', answer: present.answer };
  return present.inboundId === seen.inboundId ? null : { kind: 'wrote_again' };
}
