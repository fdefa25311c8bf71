import { newId } from '@transom/shared';
import { createStore } from 'zustand/vanilla';
import type { EventPayload } from '../../contract/contract.ts';
import type { CoreClient } from '../core-client.ts';
import type { ComposerMode } from '../desk/composer-state.ts';
import { type Answer, emptyMark, type Interruption, interruptionSince, type ThreadMark } from '../desk/interruption.ts';
import { text } from '../text/en.ts';
import { keepDrafts, type ShownDrafts } from './kept-drafts.ts';

/**
 * What is typed, in a tab of its own for each kind of message, so that nothing is ever sent as another kind.
 *
 *   typing ──(send)──▶ submitting ──▶ stored by the core: the field is emptied
 *      ▲                   └──▶ refused or unreachable: the text stays, and the field says that it was not sent
 *      ├──(the contact wrote meanwhile: the first press only says so, the second one sends)
 *      └──(somebody else answered meanwhile, as this desk or the relay knows: it is shown, and nothing goes out before `acknowledge`)
 */
export type ComposeState = {
  readonly conversationId: string | null;
  readonly mode: ComposerMode;
  readonly drafts: ShownDrafts;
  readonly isLoaded: boolean;
  readonly isSubmitting: boolean;
  /** Why the last press of Send did not send. */
  readonly refusal: string | null;
  /** How the thread stood when typing began, or when the person said that it was read. */
  readonly seen: ThreadMark;
  readonly present: ThreadMark;
  /** `modes` are the tabs of the conversation, the usual one first; null while they are not known. */
  open(conversationId: string, modes: readonly ComposerMode[] | null): Promise<void>;
  /** The core may have been another one meanwhile. */
  reload(): Promise<void>;
  close(): Promise<void>;
  setMode(mode: ComposerMode): void;
  /** Into the present tab. */
  setText(text: string): void;
  /** Puts the text of a withdrawn or failed message before what is typed in its tab. */
  giveBack(text: string, mode?: ComposerMode): void;
  noteThread(present: ThreadMark): void;
  /** The person has read what came meanwhile: the next press of Send sends. */
  acknowledge(): void;
  /** `commentId` is the id of the comment that a private reply answers. */
  submit(target: { readonly commentId: string | null }): Promise<'sent' | 'held_back'>;
  told(draft: EventPayload<'draft'>): void;
  flush(): Promise<void>;
};

const unsaid = { text: '', isSaved: true };
const noDrafts: ShownDrafts = { reply: unsaid, private_reply: unsaid, note: unsaid };

export function createComposeStore(client: CoreClient) {
  /** One id for one text of one tab, until there is an answer: sent again after a broken channel, the core recognises the same message. */
  const attempts = new Map<string, { readonly body: string; readonly id: string }>();
  /** The tab that was chosen in each conversation. */
  const chosen = new Map<string, ComposerMode>();

  return createStore<ComposeState>()((set, get) => {
    const drafts = keepDrafts(client, (conversationId) => {
      if (get().conversationId === conversationId) set({ drafts: drafts.shown(conversationId) });
    });
    const attemptId = (place: string, body: string): string => {
      const known = attempts.get(place);
      if (known?.body === body) return known.id;
      const id = newId();
      attempts.set(place, { body, id });
      return id;
    };

    const deliver = (conversationId: string, mode: ComposerMode, body: string, commentId: string | null) => {
      const input = { conversationId, clientMessageId: attemptId(placeOf(conversationId, mode), body), text: body };
      const seenId = get().seen.newestId;
      const seen = seenId === null ? {} : { seenMessageId: seenId };
      switch (mode) {
        case 'note':
          return client.call('note.add', input);
        case 'private_reply':
          return client.call('comment.privateReply', { ...input, ...seen, commentId: commentId ?? '' });
        case 'reply':
          return client.call('reply.send', { ...input, ...seen });
      }
    };

    return {
      conversationId: null,
      mode: 'reply',
      drafts: noDrafts,
      isLoaded: false,
      isSubmitting: false,
      refusal: null,
      seen: emptyMark,
      present: emptyMark,

      open: async (conversationId, modes) => {
        if (get().conversationId === conversationId) return;
        set({
          conversationId,
          mode: chosen.get(conversationId) ?? modes?.[0] ?? 'reply',
          drafts: drafts.shown(conversationId),
          isLoaded: false,
          isSubmitting: false,
          refusal: null,
          seen: emptyMark,
          present: emptyMark,
        });
        await drafts.open(conversationId);
        if (get().conversationId !== conversationId) return;
        set({ isLoaded: true });
        // After a restart the tab is the one in which something was left, if there is only one.
        const filled = (modes ?? []).filter((mode) => get().drafts[mode].text !== '');
        if (!chosen.has(conversationId) && filled.length === 1 && filled[0] !== undefined) set({ mode: filled[0] });
      },

      reload: async () => {
        const { conversationId } = get();
        if (conversationId !== null) await drafts.open(conversationId);
      },

      close: () => {
        set({ conversationId: null, drafts: noDrafts, isLoaded: false });
        return drafts.close();
      },

      setMode: (mode) => {
        const { conversationId } = get();
        if (conversationId !== null) chosen.set(conversationId, mode);
        set({ mode, refusal: null });
      },

      setText: (value) => {
        const { conversationId, mode, present } = get();
        if (conversationId === null) return;
        if (typed(get()).trim() === '') set({ seen: present });
        set({ refusal: null });
        drafts.type(conversationId, mode, value);
      },

      giveBack: (value, mode = get().mode === 'note' ? 'reply' : get().mode) => {
        get().setMode(mode);
        const before = typed(get());
        get().setText(before.trim() === '' ? value : `${value}\n${before}`);
      },

      noteThread: (present) => {
        const isFirst = get().present.newestId === null;
        set(isFirst || typed(get()).trim() === '' ? { present, seen: present } : { present });
      },

      acknowledge: () => set({ seen: get().present }),

      submit: async ({ commentId }) => {
        const { conversationId, mode, isSubmitting } = get();
        const body = typed(get());
        if (conversationId === null || isSubmitting || body.trim() === '') return 'held_back';
        const interruption = interruptionOf(get());
        if (interruption !== null) {
          if (interruption.kind === 'wrote_again') get().acknowledge();
          return 'held_back';
        }
        set({ isSubmitting: true, refusal: null });
        try {
          // The core empties the draft in the commit that stores the message, if it is the same text.
          await drafts.save();
          const outcome = await deliver(conversationId, mode, body, commentId);
          attempts.delete(placeOf(conversationId, mode));
          const isStillHere = get().conversationId === conversationId;
          if (isStillHere) set({ isSubmitting: false });
          if (outcome.ok) {
            drafts.type(conversationId, mode, '');
            await drafts.save();
            return 'sent';
          }
          if (isStillHere) set(refused(outcome.refusal.detail, outcome.refusal.answer, get().present));
          return 'held_back';
        } catch {
          if (get().conversationId === conversationId)
            set({ isSubmitting: false, refusal: text.composer.notHandedOver });
          return 'held_back';
        }
      },

      told: drafts.told,
      flush: drafts.save,
    };
  });
}

/** The relay knows of an answer that may not have arrived here yet: it is shown as if it had, and insisting names it as seen. */
function refused(detail: string, answer: Answer | undefined, present: ThreadMark): Partial<ComposeState> {
  if (answer === undefined) return { refusal: detail };
  return { present: { ...present, answer, newestId: answer.messageId } };
}

const placeOf = (conversationId: string, mode: ComposerMode): string => `${conversationId} ${mode}`;

export function typed({ drafts, mode }: Pick<ComposeState, 'drafts' | 'mode'>): string {
  return drafts[mode].text;
}

/** What stops the next press of Send; a note goes to the team and is never stopped. */
export function interruptionOf(state: Pick<ComposeState, 'mode' | 'drafts' | 'seen' | 'present'>): Interruption | null {
  if (state.mode === 'note' || typed(state).trim() === '') return null;
  return interruptionSince(state.seen, state.present);
}
