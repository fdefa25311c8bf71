import { createStore, type StoreApi } from 'zustand/vanilla';
import { type DraftTab, draftTabSchema } from '../../contract/views.ts';
import type { CoreClient } from '../core-client.ts';
import { emptyMark, markOf, withAnswer } from '../display/interruption.ts';
import type { Words } from '../text/spoken.ts';
import { createAttempts } from './attempts.ts';
import { type ComposeState, hasNothingToSend } from './compose-state.ts';
import type { ShownDrafts } from './kept-draft.ts';
import { keepDrafts } from './kept-drafts.ts';
import { type Submitting, submitDraft } from './submit-draft.ts';

const unsaid = { text: '', isSaved: true };
const noDrafts: ShownDrafts = { reply: unsaid, private_reply: unsaid, note: unsaid };
/** What is known of a conversation when it is opened. */
const unread = { isLoaded: false, seen: emptyMark, present: emptyMark, isAsked: false, toldAnswer: null };

export function createComposeStore(client: CoreClient) {
  const attempts = createAttempts();
  return createStore<ComposeState>()((set, get, store) => {
    const { refusalOf, refuse } = createRefusals(store);
    const tabs = createTabs(store, refuse);
    const drafts = keepDrafts(client, (conversationId) => {
      const shown = drafts.shown(conversationId);
      if (attempts.forgetGone(conversationId, shown)) refuse(conversationId, null);
      if (get().conversationId === conversationId) set({ drafts: shown });
    });
    const submitting = { client, store, drafts, attempts, refuse };

    return {
      ...unread,
      conversationId: null,
      mode: 'reply',
      drafts: noDrafts,
      submitting: new Set(),
      refusal: null,

      open: async (conversationId, modes) => {
        if (get().conversationId === conversationId) return;
        const mode = tabs.of(conversationId) ?? modes?.[0] ?? 'reply';
        const known = { drafts: drafts.shown(conversationId), refusal: refusalOf(conversationId) };
        set({ ...unread, ...known, conversationId, mode });
        await drafts.open(conversationId);
        if (get().conversationId !== conversationId) return;
        set({ isLoaded: true });
        const left = onlyFilled(get().drafts, modes);
        if (tabs.of(conversationId) === null && left !== null) set({ mode: left });
      },
      reload: async () => {
        const { conversationId } = get();
        if (conversationId !== null) await drafts.open(conversationId);
      },
      close: () => {
        set({ conversationId: null, drafts: noDrafts, isLoaded: false });
        return drafts.close();
      },
      setMode: tabs.setMode,
      showTab: tabs.showTab,
      setText: (value) => {
        const { conversationId, mode, present } = get();
        if (conversationId === null) return;
        if (mode !== 'note' && hasNothingToSend(get())) set({ seen: present, isAsked: false });
        refuse(conversationId, null);
        drafts.type(conversationId, mode, value);
      },
      giveBack: async (conversationId, mode, words) => {
        get().showTab(conversationId, mode);
        if (get().conversationId === conversationId && hasNothingToSend(get())) get().acknowledge();
        await drafts.giveBack(conversationId, mode, words);
      },
      noteThread: (messages, personId) => set(withThread(get(), messages, personId)),
      acknowledge: () => set({ seen: get().present, isAsked: false }),
      keepUnsent: () => set({ isAsked: false }),
      submit: ({ commentId }) => submitDraft(submitting, commentId),
      told: drafts.told,
      flush: drafts.save,
    };
  });
}

/** Why nothing was sent in each conversation, until something else is typed there or the words are gone. */
function createRefusals({ getState, setState }: StoreApi<ComposeState>) {
  const refusals = new Map<string, Words>();
  return {
    refusalOf: (conversationId: string): Words | null => refusals.get(conversationId) ?? null,
    refuse: (conversationId: string, reason: Words | null): void => {
      if (reason === null) refusals.delete(conversationId);
      else refusals.set(conversationId, reason);
      if (getState().conversationId === conversationId) setState({ refusal: reason });
    },
  };
}

/** The tab that was chosen in each conversation. */
function createTabs({ getState, setState }: StoreApi<ComposeState>, refuse: Submitting['refuse']) {
  const chosen = new Map<string, DraftTab>();
  const showTab = (conversationId: string, mode: DraftTab): void => {
    chosen.set(conversationId, mode);
    refuse(conversationId, null);
    if (getState().conversationId === conversationId) setState({ mode });
  };
  return {
    of: (conversationId: string): DraftTab | null => chosen.get(conversationId) ?? null,
    showTab,
    setMode: (mode: DraftTab): void => {
      const { conversationId } = getState();
      if (conversationId !== null) showTab(conversationId, mode);
    },
  };
}

/** After a restart, the tab with text left in it, if there is only one. */
function onlyFilled(drafts: ShownDrafts, modes: readonly DraftTab[] | null): DraftTab | null {
  const filled = (modes ?? draftTabSchema.options).filter((mode) => drafts[mode].text !== '');
  return filled.length === 1 ? (filled[0] ?? null) : null;
}

/** The state of the thread now; it counts as seen while nobody has begun to write. */
function withThread(
  state: ComposeState,
  ...[messages, personId]: Parameters<ComposeState['noteThread']>
): Partial<ComposeState> {
  const { toldAnswer, present } = state;
  const isAwaited = toldAnswer !== null && !messages.some(({ id }) => id === toldAnswer.messageId);
  const mark = markOf(messages, personId);
  const next = isAwaited ? withAnswer(mark, toldAnswer) : mark;
  const isSeen = present.newestId === null || hasNothingToSend(state);
  return {
    present: next,
    toldAnswer: isAwaited ? toldAnswer : null,
    ...(isSeen ? { seen: next, isAsked: false } : {}),
  };
}
