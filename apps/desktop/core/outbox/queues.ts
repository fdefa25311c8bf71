/**
 * Which items wait for the relay, in order: one queue per conversation. A copy of what is on disk, kept in memory so that finding
 * the next of ten thousand costs nothing. A conversation may be merged into another one, so an item's place is found by its own id.
 */
export function createQueues(waiting: readonly { readonly commandId: string; readonly conversationId: string }[]) {
  const queues = new Map<string, string[]>();
  const placeOf = new Map<string, string>();

  function add(conversationId: string, commandId: string): void {
    const queue = queues.get(conversationId);
    if (queue === undefined) queues.set(conversationId, [commandId]);
    else if (!queue.includes(commandId)) queue.push(commandId);
    placeOf.set(commandId, conversationId);
  }

  /** Returns what waited in these conversations. */
  function forget(conversationIds: readonly string[]): string[] {
    const forgotten = conversationIds.flatMap((id) => queues.get(id) ?? []);
    for (const id of conversationIds) queues.delete(id);
    for (const id of forgotten) placeOf.delete(id);
    return forgotten;
  }
  for (const { conversationId, commandId } of waiting) add(conversationId, commandId);

  return {
    add,
    remove(commandId: string): void {
      const conversationId = placeOf.get(commandId);
      if (conversationId === undefined) return;
      placeOf.delete(commandId);
      const queue = queues.get(conversationId)?.filter((id) => id !== commandId) ?? [];
      if (queue.length === 0) queues.delete(conversationId);
      else queues.set(conversationId, queue);
    },
    /** The conversation in which it waits; undefined once it no longer waits. */
    placeOf: (commandId: string) => placeOf.get(commandId),
    /** `from` was merged into `into`: what waited there waits here, after the others. */
    move(from: string, into: string): void {
      const moved = forget([from]);
      for (const id of moved) add(into, id);
    },
    /** The first item of each conversation that is free, the conversations that have waited longest first. */
    *firsts(isFree: (conversationId: string) => boolean): Generator<[conversationId: string, commandId: string]> {
      for (const [conversationId, [first]] of queues)
        if (first !== undefined && isFree(conversationId)) yield [conversationId, first];
    },
    forget,
    clear(): void {
      queues.clear();
      placeOf.clear();
    },
  };
}
