import { setTimeout as pause } from 'node:timers/promises';

/** Polls until there is an answer, for at most `withinMs`; rejects with what it waited for. */
export async function until<T>(what: string, ask: () => Promise<T | undefined>, withinMs = 15_000): Promise<T> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() > deadline) throw new Error(`Waited ${withinMs / 1_000} s in vain until ${what}.`);
    await pause(25);
  }
}
