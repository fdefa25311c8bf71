import type { Lane } from '@transom/shared';
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Surroundings } from '../display/surroundings.ts';
import type { Words } from '../text/spoken.ts';

/** What this window looks at, which no other window shares. Theme, place, panel and the open conversation survive a restart. */
export type Place = 'inbox' | 'handoffs';
export type Theme = 'system' | 'light' | 'dark';
/** `auto`: shown where there is room for it. */
export type ContextPanel = 'auto' | 'open' | 'closed';
export type Dialog = 'search' | 'palette' | 'keys' | 'later';
/** A short message about something that was done or could not be done, in a conversation or (null) in the window. */
export type Notice = {
  readonly words: Words;
  readonly conversationId: string | null;
  /** Also called by the undo key, while the notice is shown. */
  readonly action: { readonly label: Words; run(): void } | null;
  readonly staysMs: number;
};
export type Said = Pick<Notice, 'words'> & Partial<Pick<Notice, 'conversationId' | 'action' | 'staysMs'>>;

export type ViewState = {
  readonly place: Place;
  readonly theme: Theme;
  readonly context: ContextPanel;
  readonly dialog: Dialog | null;
  /** The row that the keyboard is on. */
  readonly cursorId: string | null;
  /** The header of a lane that has the focus instead of a row. */
  readonly focusedLane: Lane | null;
  readonly openId: string | null;
  /** How often somebody opened or closed a conversation here: pressing the one that is already open is a choice, too. */
  readonly choices: number;
  /** The neighbors in the list of the conversation that commands act on, from when the person came to it. */
  readonly surroundings: Surroundings | null;
  readonly notice: Notice | null;
  goTo(place: Place): void;
  setTheme(theme: Theme): void;
  setContext(context: ContextPanel): void;
  setDialog(dialog: Dialog | null): void;
  setCursor(conversationId: string | null): void;
  setFocusedLane(lane: Lane | null): void;
  setOpen(conversationId: string | null): void;
  setSurroundings(surroundings: Surroundings | null): void;
  /**
   * The notice ends on its own, with null and, unless it has an action, when a conversation other than its own is opened: it would be wrong
   * there.
   */
  say(said: Said | null): void;
  /** A held notice does not end; once released, it has its whole time again. */
  holdNotice(isHeld: boolean): void;
};
export type Memory = Pick<Storage, 'getItem' | 'setItem'>;

const noticeMs = 8_000;
const undoMs = 5_000;

/** The conversation that every command acts on: the one being read, else the one with the ring. */
export function actedOn({ openId, cursorId }: Pick<ViewState, 'openId' | 'cursorId'>): string | null {
  return openId ?? cursorId;
}

export function createViewStore(memory: Memory) {
  const remembered = memory.getItem('transom.open') || null;

  return createStore<ViewState>()((set, get, store) => ({
    place: oneOf(memory.getItem('transom.place'), ['inbox', 'handoffs'] as const),
    theme: oneOf(memory.getItem('transom.theme'), ['system', 'light', 'dark'] as const),
    context: oneOf(memory.getItem('transom.context'), ['auto', 'open', 'closed'] as const),
    dialog: null,
    cursorId: remembered,
    focusedLane: null,
    openId: remembered,
    choices: 0,
    surroundings: null,
    notice: null,
    goTo: (place) => {
      memory.setItem('transom.place', place);
      set({ place });
    },
    setTheme: (theme) => {
      memory.setItem('transom.theme', theme);
      set({ theme });
    },
    setContext: (context) => {
      memory.setItem('transom.context', context);
      set({ context });
    },
    setDialog: (dialog) => set({ dialog }),
    // While a thread is open the ring stays on its row: what is seen and what is acted on are the same.
    setCursor: (cursorId) => {
      if (get().openId === null) set(withAnother(get(), { openId: null, cursorId }));
    },
    setFocusedLane: (focusedLane) => set({ focusedLane }),
    setOpen: (openId) => {
      memory.setItem('transom.open', openId ?? '');
      const choices = get().choices + 1;
      set({ choices, ...withAnother(get(), { openId, cursorId: openId ?? get().cursorId }) });
      const { notice } = get();
      if (notice === null || notice.action !== null || notice.conversationId === null) return;
      if (notice.conversationId !== openId) get().say(null);
    },
    setSurroundings: (surroundings) => set({ surroundings }),
    ...createNotices(store),
  }));
}

/** The times in the dialog *later* are those of one conversation: once commands act on another one, a press there would put that one off. */
function withAnother(
  before: Pick<ViewState, 'dialog' | 'openId' | 'cursorId'>,
  next: Pick<ViewState, 'openId' | 'cursorId'>,
): Partial<ViewState> {
  const isOver = before.dialog === 'later' && actedOn(next) !== actedOn(before);
  return isOver ? { ...next, dialog: null } : next;
}

function createNotices({ getState, setState }: StoreApi<ViewState>): Pick<ViewState, 'say' | 'holdNotice'> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const end = () => setState({ notice: null });
  const holdNotice = (isHeld: boolean) => {
    clearTimeout(timer);
    const { notice } = getState();
    if (notice !== null && !isHeld) timer = setTimeout(end, notice.staysMs);
  };
  const say = (said: Said | null) => {
    clearTimeout(timer);
    if (said === null) {
      end();
      return;
    }
    const { words, conversationId = null, action = null } = said;
    const { staysMs = action === null ? noticeMs : undoMs } = said;
    const run = () => {
      say(null);
      action?.run();
    };
    setState({
      notice: { words, conversationId, action: action === null ? null : { label: action.label, run }, staysMs },
    });
    holdNotice(false);
  };
  return { say, holdNotice };
}

function oneOf<const T extends readonly [string, ...string[]]>(value: string | null, allowed: T): T[number] {
  return allowed.find((option) => option === value) ?? allowed[0];
}
