import { en, type Reason, sentenceOf } from '@transom/shared';
import type { EventPayload, MethodName } from '../contract/contract.ts';
import type { Pipe } from '../contract/pipe.ts';
import { damagedLocal, isDamage, isTransient, troubleOf } from './cache/damage.ts';
import { type Answers, answerCalls } from './calls.ts';
import { type Desk, type DeskOptions, type Emit, startDesk, type Workplace } from './desk.ts';
import type { WindowNumber } from './eyes.ts';
import { openWorkplace } from './open-workplace.ts';
import { CallError, createWindows } from './serve.ts';
import { troubledSession } from './session.ts';
import { watchSleep } from './sleep-watch.ts';

/** The desk without a window. Hosts start one per data folder, hand it their windows' pipes and close it at the end. It serves one person
 * of one business at a time, whose files are in a folder of their own; when somebody else is paired, their desk is started instead. */
export type CoreOptions = DeskOptions & {
  /** How long the system has been running, sleep included. */
  readonly uptimeMs?: () => number;
};
export type Core = {
  /** Answers one window until its pipe closes or the returned function is called. */
  serve(pipe: Pipe): () => void;
  /** Stops everything. What was stored is on disk already. */
  close(): Promise<void>;
  /** A notification or a link was clicked; kept for the first window when there is none. */
  openConversation(conversationId: string): void;
  /**
   * The computer slept, or its person or the network came back: reconnect, catch up, ask for the time. After a sleep the known time is
   * no longer trusted, because monotonic clocks may have stood still.
   */
  wake(hasSlept?: boolean): void;
  /** Settles when the keychain has said whether this desk is signed in, which may take until a person unlocks it. */
  readonly isSignInKnown: Promise<void>;
};

/** How often a start that failed for a passing reason is retried. */
const startAgainMs = 2_000;

/**
 * Never rejects for damaged, newer or unwritable files: then the session says so in `trouble`, and nothing else works; a start is
 * retried if the trouble may pass. Nor does it reject for the keychain, which may wait for a person: windows are served meanwhile.
 */
export async function createCore(options: CoreOptions): Promise<Core> {
  let toOpen: string | null = null;
  /** Refusals of what was kept for the relay, said by nothing else; kept for the first window when there is none. */
  let untold: EventPayload<'refused'>[] = [];
  let startingAgain: NodeJS.Timeout | undefined;
  let working: { readonly desk: Desk; readonly functions: Answers } | null = null;
  let trouble: Reason | null = null;
  let hasBegun = false;
  let isSignInKnown = Promise.resolve();
  // The input was checked against the method's own schema, which is what its function takes.
  const windows = createWindows(
    async (name, input, window) => {
      if (working === null) return answerTroubled(name);
      const answer = working.functions[name] as (input: unknown, window: WindowNumber) => Promise<unknown>;
      try {
        return await answer(input, window);
      } catch (error) {
        // A call may be the first to find damage. The caller then gets an answer from the rebuilt cache.
        if (working.desk.repaired(error)) return answer(input, window);
        throw error;
      }
    },
    (window) => working?.desk.eyes.close(window),
    options.log,
  );

  function answerTroubled(name: MethodName): unknown {
    if (trouble === null) throw new Error('The core has not begun.');
    if (name === 'session.get') return troubledSession(options.platform, options.secrets, trouble);
    throw new CallError(trouble.code, sentenceOf(en, trouble));
  }

  function begin(): void {
    const isRestart = hasBegun;
    hasBegun = true;
    const emit: Emit = (name, payload) => {
      if (name === 'refused' && windows.count() === 0) untold.push(payload as EventPayload<'refused'>);
      else windows.emit(name, payload);
    };
    const started = start(options, emit, startAgain);
    if ('trouble' in started) {
      if (started.trouble.code !== trouble?.code)
        options.log('error', 'the files of this desk cannot be used', { code: started.trouble.code });
      trouble = started.trouble;
      if (isTransient(trouble)) startingAgain = setTimeout(begin, startAgainMs);
      return;
    }
    const { desk } = started;
    const rowChanged = (conversationId: string): void => {
      const row = desk.store.conversations.read(conversationId);
      if (row !== null)
        windows.emit('changes', { rows: { changed: [row], gone: [] }, messages: { changed: [], gone: [] } });
    };
    const opened = (): void => {
      if (toOpen !== null) windows.emit('open', { conversationId: toOpen });
      toOpen = null;
      for (const each of untold) windows.emit('refused', each);
      untold = [];
    };
    ({ isSignInKnown } = desk);
    working = { desk, functions: answerCalls(desk, options.host, rowChanged, opened) };
    if (!isRestart) return;
    // Until now windows have shown the trouble, or somebody else's inbox.
    trouble = null;
    windows.emit('session', desk.session.read());
    windows.emit('outbox', { items: desk.outbox.list() });
    windows.emit('reset', {});
  }

  function startAgain(): void {
    untold = [];
    working?.desk.close();
    working = null;
    begin();
    if (working === null && trouble !== null)
      windows.emit('session', troubledSession(options.platform, options.secrets, trouble));
  }

  begin();
  const stopWatching = watchSleep((hasSlept) => working?.desk.wake(hasSlept), options.uptimeMs);
  return {
    serve: windows.serve,
    async close() {
      stopWatching();
      clearTimeout(startingAgain);
      windows.close();
      working?.desk.close();
    },
    openConversation(conversationId) {
      if (windows.count() === 0) toOpen = conversationId;
      else windows.emit('open', { conversationId });
    },
    wake: (hasSlept = true) => working?.desk.wake(hasSlept),
    isSignInKnown,
  };
}

type Started = { readonly desk: Desk } | { readonly trouble: Reason };

function start(options: CoreOptions, emit: Emit, startAgain: () => void): Started {
  const { dataDir, log } = options;
  const opened = openWorkplace(dataDir, 'keep', log);
  if (opened.kind === 'trouble') return opened;
  try {
    return startOn(options, { ...opened.workplace, startAgain }, emit);
  } catch (error) {
    if (!isDamage(error)) throw error;
  }
  const again = openWorkplace(dataDir, 'set_aside', log);
  if (again.kind === 'trouble') return again;
  try {
    return startOn(options, { ...again.workplace, startAgain }, emit);
  } catch (error) {
    // The cache is empty, so the damage can only be in the other file.
    if (isDamage(error)) return { trouble: damagedLocal };
    throw error;
  }
}

function startOn(options: CoreOptions, workplace: Workplace, emit: Emit): Started {
  try {
    return { desk: startDesk(options, workplace, emit) };
  } catch (error) {
    workplace.db.close();
    const trouble = troubleOf(error);
    if (isTransient(trouble)) return { trouble };
    throw error;
  }
}
