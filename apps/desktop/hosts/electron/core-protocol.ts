import type { HostPorts } from '../../core/ports.ts';

/**
 * What crosses between the shell and the core's process, over the utility process's own port: calls by birpc in both
 * directions (the core calls `Shell`, the shell calls `CoreProcess`), and messages that carry one end of a message
 * port, each a window to be served. The settings are the process's one argument, so that the core starts immediately.
 */
export interface CoreProcess {
  openConversation(conversationId: string): void;
  wake(hasSlept: boolean): void;
  /** Settles when everything is on disk and the databases are closed. */
  close(): Promise<void>;
}

/** What the core may ask of the shell. */
export interface Shell extends HostPorts {
  /** The files are open and windows are answered. */
  ready(): void;
}

export type CoreSettings = {
  readonly dataDir: string;
  readonly keychainService: string;
  readonly version: string;
};

/** For birpc's `resolver`, which would otherwise find `constructor` and the like. */
export function ownFunctionOnly(functions: object) {
  return <F>(name: string, resolved: F): F | undefined => (Object.hasOwn(functions, name) ? resolved : undefined);
}
