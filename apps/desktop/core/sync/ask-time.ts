import * as z from 'zod';
import type { RelayClock } from '../clock.ts';

/**
 * Asks the relay for its time until it answers. If an answer is lost, it asks again within seconds, because without one no
 * countdown is shown. Each question waits longer than the one before, so that even a slow line gets its answer through.
 */
export type TimeKeeper = {
  /** Asks now, and again until there is an answer; an earlier question is abandoned. */
  ask(): void;
  /** Asks once, with its own limit: whether the line is alive. */
  answersWithin(limitMs: number): Promise<boolean>;
  stop(): void;
};

/** Windows keep counting on their own; they are told when the difference would show. */
const worthTellingMs = 1_000;
const firstLimitMs = 2_000;
const maxLimitMs = 15_000;
const firstPauseMs = 1_000;
const maxPauseMs = 30_000;

export function createTimeKeeper(options: {
  readonly clock: RelayClock;
  /** Rejects when there is no answer within the limit. */
  readonly question: (limitMs: number) => Promise<unknown>;
  readonly onTime: () => void;
  readonly failed: (error: unknown) => void;
}): TimeKeeper {
  let round = 0;
  let pause: NodeJS.Timeout | undefined;

  async function once(limitMs: number): Promise<boolean> {
    const hear = options.clock.ask();
    let told: number;
    try {
      told = z
        .number()
        .int()
        .parse(await options.question(limitMs));
    } catch {
      return false;
    }
    const before = options.clock.isConfirmed() ? options.clock.serverNow() : null;
    hear(told);
    const now = options.clock.serverNow();
    if (before === null || now === null || Math.abs(now - before) > worthTellingMs) options.onTime();
    return true;
  }

  async function askUntilAnswered(mine: number, tries: number): Promise<void> {
    if (mine !== round) return;
    const isAnswered = await once(Math.min(maxLimitMs, firstLimitMs * 2 ** tries));
    if (isAnswered || mine !== round) return;
    pause = setTimeout(
      () => void askUntilAnswered(mine, tries + 1).catch(options.failed),
      Math.min(maxPauseMs, firstPauseMs * 2 ** tries),
    );
  }

  function stop(): void {
    round += 1;
    clearTimeout(pause);
  }

  return {
    ask() {
      stop();
      askUntilAnswered(round, 0).catch(options.failed);
    },
    answersWithin: once,
    stop,
  };
}
