import { hourMs, minuteMs, type Refusal, refuse } from '@transom/shared';

/**
 * How long one message may keep the others of its conversation waiting. A message that the relay does not answer, twenty times and for ten
 * minutes, is held for a person; one that it cannot store only after two hours, because a full disk is usually freed before that and then
 * everything is sent without anybody pressing a key. Tries count only while there is a connection: being offline uses up no patience.
 */
const maxTries = 20;
const maxUnansweredMs = 10 * minuteMs;
const maxUnstoredMs = 2 * hourMs;

export const cannotStore = refuse('not_stored.repeatedly');
export const neverAnswers = refuse('not_stored.never_answered');
/** The relay has accepted something under this id before, so a new id could send the same words a second time. */
export const mayHaveGoneOut = refuse('id_reused.may_have_gone_out');

export function createPatience(monotonicMs: () => number = () => performance.now()) {
  const tries = new Map<string, { count: number; since: number }>();
  return {
    /** Another try of this message failed: the reason to hold it, or null while it is worth another one. */
    tryFailed(commandId: string, why: Refusal): Refusal | null {
      const now = monotonicMs();
      const { count, since } = tries.get(commandId) ?? { count: 0, since: now };
      tries.set(commandId, { count: count + 1, since });
      const maxMs = why === cannotStore ? maxUnstoredMs : maxUnansweredMs;
      if (count + 1 < maxTries || now - since <= maxMs) return null;
      tries.delete(commandId);
      return why;
    },
    settled: (commandId: string) => void tries.delete(commandId),
  };
}
