import type { Channel } from '../contract/channel.ts';
import type { MethodName } from '../contract/contract.ts';
import { damagedLocal, isDamage, type Trouble } from './cache/damage.ts';
import { type Db, openDatabase } from './cache/open.ts';
import { answerCalls } from './calls.ts';
import { type Desk, type DeskOptions, type Emit, startDesk } from './desk.ts';
import { CallError, createWindows, type Windows } from './serve.ts';
import { troubledSession } from './session.ts';

/** The desk without a window. Hosts start one per data folder, hand it their windows' channels and close it at the end. */
export type CoreOptions = DeskOptions;
export type Core = {
  /** Answers one window until its channel closes or the returned function is called. */
  serve(channel: Channel): () => void;
  /** Stops everything. What was stored is on disk already. */
  close(): Promise<void>;
  /** A notification or a link was clicked; kept for the first window when there is none. */
  openConversation(conversationId: string): void;
  /** The computer slept or the network changed: connect anew, catch up, ask for the time. */
  wake(): void;
  /** Settles when the keychain has said whether this desk is signed in, which may take until a person unlocks it. */
  readonly isSignInKnown: Promise<void>;
};

/**
 * Never rejects for damaged, newer or unwritable files: then the session says so in `trouble`, and nothing else works. Nor for the
 * keychain, which may wait for a person: windows are served meanwhile.
 */
export async function createCore(options: CoreOptions): Promise<Core> {
  let windows: Windows | null = null;
  let toOpen: string | null = null;
  const started = start(options, (name, payload) => windows?.emit(name, payload));
  if (!('desk' in started)) return troubledCore(options, started.trouble);
  const { desk } = started;
  const functions = answerCalls(
    desk,
    options.host,
    (conversationId) => {
      const row = desk.store.conversations.read(conversationId);
      if (row !== null) windows?.emit('rows', { changed: [row], gone: [] });
    },
    () => {
      if (toOpen !== null) windows?.emit('open', { conversationId: toOpen });
      toOpen = null;
    },
  );
  // The input was checked against the method's own schema, which is what its function takes.
  const answer = (name: MethodName, input: unknown) => (functions[name] as (input: unknown) => Promise<unknown>)(input);
  const served = createWindows(
    (name, input) =>
      answer(name, input).catch((error: unknown) => {
        // A call may be the first to find damage. Whoever called sees a desk that works.
        if (desk.repaired(error)) return answer(name, input);
        throw error;
      }),
    options.log,
  );
  windows = served;
  return {
    serve: served.serve,
    async close() {
      served.close();
      desk.close();
    },
    openConversation(conversationId) {
      if (served.count() === 0) toOpen = conversationId;
      else served.emit('open', { conversationId });
    },
    wake: desk.wake,
    isSignInKnown: desk.isSignInKnown,
  };
}

function start(options: CoreOptions, emit: Emit): { readonly desk: Desk } | { readonly trouble: Trouble } {
  const { dataDir, log } = options;
  const opened = openDatabase(dataDir);
  if (opened.kind === 'trouble') return opened;
  if (opened.movedAside) log('warn', 'a damaged cache was moved aside; it is filled anew');
  try {
    return { desk: startOn(options, opened.db, emit) };
  } catch (error) {
    if (!isDamage(error)) throw error;
  }
  const again = openDatabase(dataDir, 'set_aside');
  if (again.kind === 'trouble') return again;
  log('warn', 'a damaged cache was moved aside; it is filled anew');
  try {
    return { desk: startOn(options, again.db, emit) };
  } catch (error) {
    // With an empty cache it can only be the other file.
    if (isDamage(error)) return { trouble: damagedLocal };
    throw error;
  }
}

function startOn(options: CoreOptions, db: Db, emit: Emit): Desk {
  try {
    return startDesk(options, db, emit);
  } catch (error) {
    db.close();
    throw error;
  }
}

function troubledCore({ platform, secrets, log }: CoreOptions, trouble: Trouble): Core {
  log('error', 'the files of this desk cannot be used', { code: trouble.code });
  const windows = createWindows(async (name) => {
    if (name === 'session.get') return troubledSession(platform, secrets, trouble);
    throw new CallError(trouble.code, trouble.detail);
  }, log);
  return {
    serve: windows.serve,
    close: async () => windows.close(),
    openConversation: () => undefined,
    wake: () => undefined,
    isSignInKnown: Promise.resolve(),
  };
}
