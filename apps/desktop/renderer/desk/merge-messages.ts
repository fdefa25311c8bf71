import type { Message } from '@transom/shared';

/** Both lists as one, oldest first; of two with the same id the higher revision stays. */
export function mergeMessages(held: readonly Message[], arrived: readonly Message[]): Message[] {
  const byId = new Map(held.map((message) => [message.id, message]));
  for (const message of arrived) {
    const known = byId.get(message.id);
    if (known === undefined || known.rev <= message.rev) byId.set(message.id, message);
  }
  return [...byId.values()].sort((a, b) => a.sentAt - b.sentAt || (a.id < b.id ? -1 : 1));
}

/** The newest message of the contact, by which "wrote again" is noticed. */
export function newestInboundId(messages: readonly Message[]): string | null {
  return messages.findLast(({ direction }) => direction === 'inbound')?.id ?? null;
}
