import { app } from 'electron';

/**
 * The one way out. The first request to quit is held back while `steps` run in order (each one runs even if an earlier
 * one failed); then the process ends. Returns whether quitting has begun.
 */
export function installShutdown(steps: readonly (() => void | Promise<void>)[]): { isQuitting(): boolean } {
  let isQuitting = false;
  app.on('before-quit', (event) => {
    event.preventDefault();
    if (isQuitting) return;
    isQuitting = true;
    void runInOrder(steps).finally(() => app.exit(0));
  });
  return { isQuitting: () => isQuitting };
}

export async function runInOrder(steps: readonly (() => void | Promise<void>)[]): Promise<void> {
  for (const step of steps) {
    try {
      await step();
    } catch (error) {
      process.stderr.write(`A step of the shutdown failed: ${String(error)}\n`);
    }
  }
}
