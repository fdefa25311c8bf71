import type { Channel } from '../contract/channel.ts';
import { openDatabase, type Trouble } from './cache/open.ts';
import { answerCalls } from './calls.ts';
import { type DeskOptions, startDesk } from './desk.ts';
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
};

/** Never rejects for damaged, newer or unwritable files: then the session says so in `trouble`, and nothing else works. */
export async function createCore(options: CoreOptions): Promise<Core> {
  const opened = openDatabase(options.dataDir);
  if (opened.kind === 'trouble') return troubledCore(options, opened.trouble);
  if (opened.movedAside) options.log('warn', 'a damaged cache was moved aside; it is filled anew');

  let windows: Windows | null = null;
  let toOpen: string | null = null;
  const desk = await startDesk(options, opened.db, (name, payload) => windows?.emit(name, payload));
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
  const served = createWindows(
    (name, input) => (functions[name] as (input: unknown) => Promise<unknown>)(input),
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
  };
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
  };
}
