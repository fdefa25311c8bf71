/**
 * Which items wait for the relay, in order: one queue per conversation. A copy of what is on disk, kept in memory so that finding
 * the next of ten thousand costs nothing.
 */
export function createQueues(
  waiting: readonly { readonly clientMessageId: string; readonly conversationId: string }[],
) {
  const queues = new Map<string, string[]>();

  function add(conversationId: string, clientMessageId: string): void {
    const queue = queues.get(conversationId);
    if (queue === undefined) queues.set(conversationId, [clientMessageId]);
    else if (!queue.includes(clientMessageId)) queue.push(clientMessageId);
  }
  for (const { conversationId, clientMessageId } of waiting) add(conversationId, clientMessageId);

  return {
    add,
    remove(conversationId: string, clientMessageId: string): void {
      const queue = queues.get(conversationId)?.filter((id) => id !== clientMessageId) ?? [];
      if (queue.length === 0) queues.delete(conversationId);
      else queues.set(conversationId, queue);
    },
    /** The first item of each conversation that is free, the conversations that have waited longest first. */
    *firsts(isFree: (conversationId: string) => boolean): Generator<[conversationId: string, clientMessageId: string]> {
      for (const [conversationId, [first]] of queues)
        if (first !== undefined && isFree(conversationId)) yield [conversationId, first];
    },
    /** What waited in these conversations. */
    forget(conversationIds: readonly string[]): string[] {
      const forgotten = conversationIds.flatMap((id) => queues.get(id) ?? []);
      for (const id of conversationIds) queues.delete(id);
      return forgotten;
    },
    clear: () => queues.clear(),
  };
}
