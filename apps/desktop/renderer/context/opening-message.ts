import type { Message } from '@transom/shared';

/** The message that opened the response window, if it is held here. */
export function openingMessage(messages: readonly Message[], openedBy: string | null): Message | null {
  // It is nearly always among the newest.
  return messages.findLast(({ id }) => id === openedBy) ?? null;
}
