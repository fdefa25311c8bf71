import { powerMonitor } from 'electron';

/** After sleep several of these come within a moment; one look at the relay answers them all. */
const settleMs = 500;

/**
 * Tells when the computer woke or its person came back, so that links are renewed and countdowns are true again. Only a sleep can have
 * stopped the clocks: whoever unlocks the screen after a coffee keeps the countdowns that went on meanwhile. Where `resume` does not come (a
 * Linux without logind), the core notices the sleep on its own.
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
  // macOS and Linux wait a little for an app that says so: long enough to close the databases. Electron's documentation
  // passes an event here, its types (45.4) do not.
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
