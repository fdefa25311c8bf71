/** One JSON line for each run, to be found again by programs; numbers with one digit behind the point. */
export function printFigures(what: string, figures: Readonly<Record<string, unknown>>): void {
  const rounded = Object.entries(figures).map(([name, value]) => [
    name,
    typeof value === 'number' ? Math.round(value * 10) / 10 : value,
  ]);
  process.stdout.write(`${JSON.stringify({ what, ...Object.fromEntries(rounded) })}\n`);
}

/**
 * Asks a relay for the plainest answer again and again. `stop` resolves with the longest that it took (ms), less what it takes as a
 * rule: for so long its event loop stood still.
 */
export function watchLoop(relayUrl: string): { stop(): Promise<number> } {
  let watching = true;
  const took: number[] = [];
  const done = (async () => {
    while (watching) {
      const askedAt = performance.now();
      await fetch(`${relayUrl}/healthz`).then((response) => response.text());
      took.push(performance.now() - askedAt);
    }
  })();
  return {
    async stop() {
      watching = false;
      await done;
      const inOrder = took.toSorted((a, b) => a - b);
      return (inOrder.at(-1) ?? 0) - (inOrder[Math.floor(inOrder.length / 2)] ?? 0);
    },
  };
}
