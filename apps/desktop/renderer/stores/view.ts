import { createStore } from 'zustand/vanilla';

/** What this window looks at: nothing here is known to anybody else. Theme, place and panel survive a restart. */
export type Place = 'inbox' | 'handoffs';
export type Theme = 'system' | 'light' | 'dark';
/** `auto`: shown where there is room for it. */
export type ContextPanel = 'auto' | 'open' | 'closed';
export type Dialog = 'search' | 'palette' | 'keys';

export type ViewState = {
  readonly place: Place;
  readonly theme: Theme;
  readonly context: ContextPanel;
  readonly dialog: Dialog | null;
  /** The row that the keyboard stands on. */
  readonly cursorId: string | null;
  readonly openId: string | null;
  /** A short message about something that could not be done. */
  readonly notice: string | null;
  goTo(place: Place): void;
  setTheme(theme: Theme): void;
  setContext(context: ContextPanel): void;
  setDialog(dialog: Dialog | null): void;
  setCursor(conversationId: string | null): void;
  setOpen(conversationId: string | null): void;
  say(notice: string | null): void;
};
export type ViewStore = ReturnType<typeof createViewStore>;
export type Memory = Pick<Storage, 'getItem' | 'setItem'>;

export function createViewStore(memory: Memory) {
  return createStore<ViewState>()((set) => ({
    place: oneOf(memory.getItem('transom.place'), ['inbox', 'handoffs'] as const),
    theme: oneOf(memory.getItem('transom.theme'), ['system', 'light', 'dark'] as const),
    context: oneOf(memory.getItem('transom.context'), ['auto', 'open', 'closed'] as const),
    dialog: null,
    cursorId: null,
    openId: null,
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
    setCursor: (cursorId) => set({ cursorId }),
    setOpen: (openId) => set(openId === null ? { openId } : { openId, cursorId: openId }),
    say: (notice) => set({ notice }),
  }));
}

function oneOf<const T extends readonly [string, ...string[]]>(value: string | null, allowed: T): T[number] {
  return allowed.find((option) => option === value) ?? allowed[0];
}
