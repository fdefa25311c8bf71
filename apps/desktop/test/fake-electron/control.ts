/**
 * What a test reads and sets behind the fake: the journal of every request to the system, in order, and the answers
 * that a system or a person would give.
 */
export const journal: string[] = [];

export const control = {
  /** Another desk is already running. */
  isSecondInstance: false,
  /** The button that a person presses in the next dialogs. */
  dialogButton: 0,
  hasTray: true,
  /** In the system's order of preference. */
  languages: ['en-GB'],
  hasNotifications: true,
  userData: '/nonexistent',
  /** Runs instead of the module that `utilityProcess.fork` is given. */
  forkModule: null as string | null,
  /** The objects that were created; untyped, because the fake cannot use Electron's types for them. */
  windows: [] as unknown[],
  dialogs: [] as unknown[],
  notifications: [] as unknown[],
  trays: [] as unknown[],
  children: [] as unknown[],
  handlers: new Map<string, unknown>(),
};

export function note(entry: string): void {
  journal.push(entry);
}
