import { hourMs } from '@transom/shared';
import type { ContentCheck } from './cache/content-check.ts';
import type { Store } from './cache/store.ts';

/**
 * Maintenance of the cache that nobody waits for, in small steps so that calls and pages can run in between: updating the full-text
 * index, copying the log into the file, removing erased words from the logs, and now and then checking everything.
 */
/** Lets changes gather for a moment: one step for many costs little more than a step for one. */
const delayMs = 300;
const checkEveryMs = hourMs;
/** Some 0.3 ms of checking. */
const rowsPerLook = 100;
/** SQLite waits for another program that reads the file, which blocks everything: so not often. */
const dropAgainMs = 30_000;
const manyRows = 20_000;
const pauseMs = 5;
/** A million rows take minutes at this pace, and a search meanwhile is not slowed down. */
const pauseAmongManyMs = 50;

export type Upkeep = ReturnType<typeof createUpkeep>;

export function createUpkeep(options: {
  readonly store: Store;
  /** The relay's time. */
  readonly now: () => number;
  readonly failed: (error: unknown) => void;
}) {
  const { store } = options;
  let timer: NodeJS.Timeout | null = null;
  let plannedAt = 0;
  let check: ContentCheck | null = null;
  let checkedAt = -Infinity;
  /** A run that was cut off may have left some. */
  let logsHoldErasedWords = true;
  let dropLogsAt = -Infinity;

  /** Only one step is planned at a time: the soonest that was asked for. */
  function schedule(afterMs: number): void {
    const at = performance.now() + afterMs;
    if (timer !== null && plannedAt <= at) return;
    if (timer !== null) clearTimeout(timer);
    plannedAt = at;
    timer = setTimeout(() => {
      timer = null;
      try {
        const nextMs = step();
        if (nextMs !== null) schedule(nextMs);
      } catch (error) {
        // Damage is reported once, not with every page.
        check = null;
        checkedAt = performance.now();
        options.failed(error);
      }
    }, afterMs);
  }

  /** How long until the next step; null when all is done. */
  function step(): number | null {
    if (store.indexSome()) return 0;
    if (logsHoldErasedWords && performance.now() >= dropLogsAt) {
      logsHoldErasedWords = !store.truncateLogs();
      dropLogsAt = performance.now() + dropAgainMs;
    }
    store.checkpointLog();
    return look() ?? (logsHoldErasedWords ? dropAgainMs : null);
  }

  function look(): number | null {
    if (check === null) {
      if (performance.now() - checkedAt < checkEveryMs) return null;
      check = store.check(options.now);
    }
    if (check.step(rowsPerLook)) return store.size() > manyRows ? pauseAmongManyMs : pauseMs;
    check = null;
    checkedAt = performance.now();
    return null;
  }

  return {
    soon: () => schedule(delayMs),
    /** Something was erased: once the index has forgotten it too, nothing of it stays in the files. */
    wordsWereErased(): void {
      logsHoldErasedWords = true;
      dropLogsAt = -Infinity;
    },
    /** The store has new files. */
    replaceNow(): void {
      check = null;
      checkedAt = -Infinity;
      schedule(delayMs);
    },
    close: () => void (timer !== null && clearTimeout(timer)),
  };
}
