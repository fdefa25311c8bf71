/**
 * What a test sees and decides behind the fake: the journal of everything that was asked of the system, in order, and
 * the answers that a system or a person would give.
 */
export declare const journal: string[];
export declare const control: {
    /** Another desk runs already. */
    isSecondInstance: boolean;
    /** The button that a person presses in the next dialogs. */
    dialogButton: number;
    hasTray: boolean;
    hasNotifications: boolean;
    userData: string;
    /** Runs instead of the module that `utilityProcess.fork` is given. */
    forkModule: string | null;
    /** What the fake cannot type as Electron does, because it is Electron's inside: the objects that were made. */
    windows: unknown[];
    notifications: unknown[];
    trays: unknown[];
    children: unknown[];
    handlers: Map<string, unknown>;
};
export declare function note(entry: string): void;
