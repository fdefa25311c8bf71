import { type Message, newId } from '@transom/shared';
import { createStore } from 'zustand/vanilla';
import type { EventPayload, MethodInput } from '../../contract/contract.ts';
import { draftTabSchema } from '../../contract/views.ts';
import type { CoreClient } from '../core-client.ts';
import type { ComposerMode } from '../desk/composer-state.ts';
import {
  type Answer,
  emptyMark,
  type Interruption,
  interruptionSince,
  markOf,
  type ThreadMark,
  withAnswer,
} from '../desk/interruption.ts';
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
  /** Conversations of which a message is on its way to the core. */
  readonly submitting: ReadonlySet<string>;
  /** Why the last press of Send did not send. */
  readonly refusal: string | null;
  /** How the thread stood when typing began, or when the person said that it was read. */
  readonly seen: ThreadMark;
  readonly present: ThreadMark;
  /** An answer that the relay told of when it refused, until it arrives here. */
  readonly toldAnswer: Answer | null;
  /** `modes` are the tabs of the conversation, the usual one first; null while they are not known. */
  open(conversationId: string, modes: readonly ComposerMode[] | null): Promise<void>;
  /** The core may have been another one meanwhile. */
  reload(): Promise<void>;
  close(): Promise<void>;
  setMode(mode: ComposerMode): void;
  /** Chooses the tab of a conversation, open or not. */
  showTab(conversationId: string, mode: ComposerMode): void;
  /** Into the present tab. */
  setText(text: string): void;
  /** Puts the text of a failed message before what is typed in its tab. */
  giveBack(conversationId: string, mode: ComposerMode, text: string): Promise<void>;
  noteThread(messages: readonly Message[], personId: string | null): void;
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
      const shown = drafts.shown(conversationId);
      // Words that are gone from their field were sent, or given up: written again, they are another message.
      for (const tab of draftTabSchema.options) {
        const place = placeOf(conversationId, tab);
        if (attempts.get(place)?.body !== shown[tab].text) attempts.delete(place);
      }
      if (get().conversationId === conversationId) set({ drafts: shown });
    });
    const attemptId = (place: string, body: string): string => {
      const known = attempts.get(place);
      if (known?.body === body) return known.id;
      const id = newId();
      attempts.set(place, { body, id });
      return id;
    };

    const deliver = (
      mode: ComposerMode,
      message: MethodInput<'note.add'>,
      seenId: string | null,
      commentId: string | null,
    ) => {
      const seen = seenId === null ? {} : { seenMessageId: seenId };
      switch (mode) {
        case 'note':
          return client.call('note.add', message);
        case 'private_reply':
          return client.call('comment.privateReply', { ...message, ...seen, commentId: commentId ?? '' });
        case 'reply':
          return client.call('reply.send', { ...message, ...seen });
      }
    };

    return {
      conversationId: null,
      mode: 'reply',
      drafts: noDrafts,
      isLoaded: false,
      submitting: new Set(),
      refusal: null,
      seen: emptyMark,
      present: emptyMark,
      toldAnswer: null,

      open: async (conversationId, modes) => {
        if (get().conversationId === conversationId) return;
        set({
          conversationId,
          mode: chosen.get(conversationId) ?? modes?.[0] ?? 'reply',
          drafts: drafts.shown(conversationId),
          isLoaded: false,
          refusal: null,
          seen: emptyMark,
          present: emptyMark,
          toldAnswer: null,
        });
        await drafts.open(conversationId);
        if (get().conversationId !== conversationId) return;
        set({ isLoaded: true });
        // After a restart the tab is the one in which something was left, if there is only one.
        const filled = (modes ?? draftTabSchema.options).filter((mode) => get().drafts[mode].text !== '');
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
        if (conversationId !== null) get().showTab(conversationId, mode);
      },

      showTab: (conversationId, mode) => {
        chosen.set(conversationId, mode);
        if (get().conversationId === conversationId) set({ mode, refusal: null });
      },

      setText: (value) => {
        const { conversationId, mode, present } = get();
        if (conversationId === null) return;
        if (mode !== 'note' && hasNothingToSend(get())) set({ seen: present });
        set({ refusal: null });
        drafts.type(conversationId, mode, value);
      },

      giveBack: async (conversationId, mode, words) => {
        get().showTab(conversationId, mode);
        if (get().conversationId === conversationId && hasNothingToSend(get())) set({ seen: get().present });
        await drafts.giveBack(conversationId, mode, words);
      },

      noteThread: (messages, personId) => {
        const { toldAnswer, present } = get();
        const isAwaited = toldAnswer !== null && !messages.some(({ id }) => id === toldAnswer.messageId);
        const mark = markOf(messages, personId);
        const next = isAwaited ? withAnswer(mark, toldAnswer) : mark;
        const isSeen = present.newestId === null || hasNothingToSend(get());
        set({ present: next, toldAnswer: isAwaited ? toldAnswer : null, ...(isSeen ? { seen: next } : {}) });
      },

      acknowledge: () => set({ seen: get().present }),

      submit: async ({ commentId }) => {
        const { conversationId, mode, seen } = get();
        const body = typed(get());
        if (conversationId === null || isSubmitting(get()) || body.trim() === '') return 'held_back';
        const interruption = interruptionOf(get());
        if (interruption !== null) {
          if (interruption.kind === 'wrote_again') get().acknowledge();
          return 'held_back';
        }
        const isStillHere = () => get().conversationId === conversationId;
        set({ submitting: new Set([...get().submitting, conversationId]), refusal: null });
        try {
          // The core empties the draft in the commit that stores the message, if it is the same text.
          await drafts.save();
          const place = placeOf(conversationId, mode);
          const clientMessageId = attemptId(place, body);
          const draftRev = drafts.revOf(conversationId, mode);
          const message = { conversationId, clientMessageId, text: body, ...(draftRev === null ? {} : { draftRev }) };
          const outcome = await deliver(mode, message, seen.newestId, commentId);
          if (attempts.get(place)?.id === clientMessageId) attempts.delete(place);
          if (outcome.ok) {
            await drafts.sent(conversationId, mode, body);
            return 'sent';
          }
          const { answer, detail } = outcome.refusal;
          if (!isStillHere()) return 'held_back';
          // The relay knows of an answer that may not have arrived here yet: it is shown as if it had, and sending again names it as seen.
          set(
            answer === undefined
              ? { refusal: detail }
              : { toldAnswer: answer, present: withAnswer(get().present, answer) },
          );
          return 'held_back';
        } catch {
          if (isStillHere()) set({ refusal: text.composer.notHandedOver });
          return 'held_back';
        } finally {
          set({ submitting: new Set([...get().submitting].filter((id) => id !== conversationId)) });
        }
      },

      told: drafts.told,
      flush: drafts.save,
    };
  });
}

const placeOf = (conversationId: string, mode: ComposerMode): string => `${conversationId} ${mode}`;

export function typed({ drafts, mode }: Pick<ComposeState, 'drafts' | 'mode'>): string {
  return drafts[mode].text;
}

/** A note goes to the team: it neither answers the buyer nor shows that the thread was read. */
function hasNothingToSend({ drafts }: Pick<ComposeState, 'drafts'>): boolean {
  return drafts.reply.text.trim() === '' && drafts.private_reply.text.trim() === '';
}

export function isSubmitting({
  conversationId,
  submitting,
}: Pick<ComposeState, 'conversationId' | 'submitting'>): boolean {
  return conversationId !== null && submitting.has(conversationId);
}

/** What stops the next press of Send; a note goes to the team and is never stopped. */
export function interruptionOf(state: Pick<ComposeState, 'mode' | 'drafts' | 'seen' | 'present'>): Interruption | null {
  if (state.mode === 'note' || typed(state).trim() === '') return null;
  return interruptionSince(state.seen, state.present);
}
