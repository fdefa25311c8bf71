import { createBirpc } from 'birpc';
import { MessageChannelMain, type UtilityProcess, utilityProcess, type WebContents } from 'electron';
import type { HostPorts } from '../../core/ports.ts';
import { portName } from '../../preload/port-names.ts';
import { type CoreProcess, type CoreSettings, ownFunctionOnly, type Shell } from './core-protocol.ts';
import { coreRestartDelayMs, decideCoreExit } from './crash-policy.ts';

export type DeskCore = {
  /** Gives this page a fresh port to the core, now and after every restart of the core. */
  attach(page: WebContents): void;
  openConversation(conversationId: string): void;
  wake(hasSlept: boolean): void;
  /** Settles when the core has closed its files, or was killed because it missed the deadline. */
  close(): Promise<void>;
};

/** The core writes what it holds within a fraction of this; a person waits no longer for an app to close. */
const closeDeadlineMs = 5_000;
/** Opening the files takes a second at most. A core that is not ready after this never will be. */
const readyDeadlineMs = 30_000;

/**
 * Runs the core in its own process, so that a slow query never freezes a window, and restarts it when it dies. States:
 * running → (dies) → waiting to restart → running → (dies again soon) → a person is asked → running or gone.
 */
export function installCore(deps: {
  modulePath: string;
  settings: CoreSettings;
  host: HostPorts;
  askAfterCrash(): Promise<'restart' | 'quit'>;
  quit(): void;
}): DeskCore {
  let page: WebContents | null = null;
  let lastRestartAt: number | null = null;
  let isClosing = false;
  let running = start();

  function start() {
    const child = utilityProcess.fork(deps.modulePath, [JSON.stringify(deps.settings)], {
      serviceName: 'Transom core',
    });
    const overdue = setTimeout(() => {
      log('the core was not ready in time and is ended');
      child.kill();
    }, readyDeadlineMs);
    const shell: Shell = { ...deps.host, ready: () => clearTimeout(overdue) };
    const rpc = createBirpc<CoreProcess, Shell, false>(shell, {
      proxify: false,
      post: (data) => child.postMessage(data),
      on: (listener) => child.on('message', listener),
      resolver: ownFunctionOnly(shell),
      timeout: 2 * closeDeadlineMs,
    });
    // Without a listener Electron's emitter would throw and show an error box. The report that it passes contains the environment
    // and paths, so it is not written anywhere. An exit follows.
    child.on('error', (type, location) => log(`the core failed: ${type} in ${location}`));
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    void gone.then(() => {
      clearTimeout(overdue);
      rpc.$close();
      return afterExit();
    });
    return { child, rpc, gone };
  }

  async function afterExit(): Promise<void> {
    const now = performance.now();
    const decision = decideCoreExit(isClosing, lastRestartAt, now);
    if (decision === 'ignore') return;
    if (decision === 'ask' && (await deps.askAfterCrash()) === 'quit') return deps.quit();
    setTimeout(() => {
      if (isClosing) return;
      lastRestartAt = performance.now();
      running = start();
      if (page !== null && !page.isDestroyed()) connect(running.child, page);
    }, coreRestartDelayMs);
  }

  return {
    attach(next) {
      page = next;
      connect(running.child, next);
    },
    /** The core keeps it for the first window when there is none yet. */
    openConversation: (conversationId) => void running.rpc.$callEvent('openConversation', conversationId),
    wake: (hasSlept) => void running.rpc.$callEvent('wake', hasSlept),
    async close() {
      isClosing = true;
      const { child, rpc, gone } = running;
      const deadline = setTimeout(() => child.kill(), closeDeadlineMs);
      // A core that is already gone rejects the call and has nothing left to close.
      await Promise.race([rpc.$call('close').catch(() => undefined), gone]);
      clearTimeout(deadline);
      child.kill();
    },
  };
}

function connect(child: UtilityProcess, page: WebContents): void {
  const { port1, port2 } = new MessageChannelMain();
  child.postMessage('window', [port1]);
  page.postMessage(portName, null, [port2]);
}

function log(message: string): void {
  process.stderr.write(`${JSON.stringify({ at: Date.now(), level: 'error', message })}\n`);
}
