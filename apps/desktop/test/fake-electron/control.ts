/**
 * What a test sees and decides behind the fake: the journal of everything that was asked of the system, in order, and
 * the answers that a system or a person would give.
 */
export const journal: string[] = [];

export const control = {
  /** Another desk runs already. */
  isSecondInstance: false,
  /** The button that a person presses in the next dialogs. */
  dialogButton: 0,
  hasTray: true,
  /** As the system prefers them. */
  languages: ['en-GB'],
  hasNotifications: true,
  userData: '/nonexistent',
  /** Runs instead of the module that `utilityProcess.fork` is given. */
  forkModule: null as string | null,
  /** What the fake cannot type as Electron does, because it is Electron's inside: the objects that were made. */
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
