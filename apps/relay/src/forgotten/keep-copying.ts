import { setTimeout as pause } from 'node:timers/promises';
import type { Clock } from '../clock.ts';
import type { Logger } from '../log.ts';
import type { Store } from '../store/port.ts';
import { copyForgotten } from './forgotten-file.ts';

/** If the database's disk is lost within this time, what was forgotten last is not applied after a restore. */
const everyMs = 1_000;

/** Copies what is forgotten to its file for as long as the relay serves. Returns a function that copies once more and stops. */
export function keepCopying({
  store,
  path,
  clock,
  log,
}: {
  readonly store: Store;
  readonly path: string;
  readonly clock: Clock;
  readonly log: Logger;
}): () => Promise<void> {
  const stopping = new AbortController();
  let isFailing = false;
  /** Logs when copying begins to fail and when it works again, not every time. */
  async function copy(): Promise<void> {
    try {
      await copyForgotten(store, path, clock());
      if (isFailing) log.warn('what was forgotten is in its file again');
      isFailing = false;
    } catch (error) {
      if (!isFailing)
        log.error({ err: error }, 'what was forgotten cannot be copied to its file; it is tried again each second');
      isFailing = true;
    }
  }
  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await copy();
      await pause(everyMs, undefined, { signal: stopping.signal, ref: false }).catch(() => undefined);
    }
    await copy();
  };
  const running = run();
  return async () => {
    stopping.abort();
    await running;
  };
}
