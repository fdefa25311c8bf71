import { powerMonitor } from 'electron';

/** After a sleep several of these events come within a moment; one wake covers them all. */
const settleMs = 500;

/**
 * Reports when the computer woke or its person came back, so that connections are renewed and countdowns are true again. Only a sleep can
 * have stopped the clocks: a person who unlocks the screen after a coffee keeps the countdowns, which continued meanwhile. If `resume` does
 * not arrive (on a Linux without logind), the core notices the sleep on its own.
 */
export function installPower(deps: { wake(hasSlept: boolean): void; quit(): void }): () => void {
  let timer: NodeJS.Timeout | null = null;
  let hasSlept = false;
  const onWake = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = setTimeout(() => {
      deps.wake(hasSlept);
      hasSlept = false;
    }, settleMs);
  };
  const onResume = (): void => {
    hasSlept = true;
    onWake();
  };
  // macOS and Linux wait a little for an app that asks for it: long enough to close the databases. Electron's
  // documentation passes an event here, its types (45.4) do not.
  const onShutdown = (event?: { preventDefault(): void }): void => {
    event?.preventDefault();
    deps.quit();
  };
  powerMonitor.on('resume', onResume);
  powerMonitor.on('unlock-screen', onWake);
  powerMonitor.on('user-did-become-active', onWake);
  powerMonitor.on('shutdown', onShutdown);
  return () => {
    if (timer !== null) clearTimeout(timer);
    powerMonitor.off('resume', onResume);
    powerMonitor.off('unlock-screen', onWake);
    powerMonitor.off('user-did-become-active', onWake);
    powerMonitor.off('shutdown', onShutdown);
  };
}
