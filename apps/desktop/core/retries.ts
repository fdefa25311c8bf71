/**
 * Work that sockets and timers start: it has no caller to catch an error, and it must not be lost. What fails is reported and retried
 * with growing pauses until it succeeds. A name stands for one piece of work: the newest replaces an older one.
 */
const firstPauseMs = 1_000;
const maxPauseMs = 60_000;

export type Retries = ReturnType<typeof createRetries>;

export function createRetries(options: { readonly failed: (error: unknown) => void; readonly recovered: () => void }) {
  const waiting = new Map<string, NodeJS.Timeout>();

  function run(name: string, work: () => void, again: () => void = work, tries = 0): void {
    clearTimeout(waiting.get(name));
    const hadFailed = waiting.delete(name);
    try {
      work();
    } catch (error) {
      const pauseMs = Math.min(maxPauseMs, firstPauseMs * 2 ** tries);
      waiting.set(
        name,
        setTimeout(() => run(name, again, again, tries + 1), pauseMs),
      );
      return options.failed(error);
    }
    if (hadFailed && waiting.size === 0) options.recovered();
  }

  return {
    run: (name: string, work: () => void, again?: () => void) => run(name, work, again),
    close(): void {
      for (const timer of waiting.values()) clearTimeout(timer);
      waiting.clear();
    },
  };
}
