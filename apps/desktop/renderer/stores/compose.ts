import { type Message, newId } from '@transom/shared';
import { createStore } from 'zustand/vanilla';
import type { EventPayload, MethodInput } from '../../contract/contract.ts';
import { type DraftTab, draftTabSchema } from '../../contract/views.ts';
import type { CoreClient } from '../core-client.ts';
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
import { sentence } from '../text/sentence.ts';
import { keepDrafts, type ShownDrafts } from './kept-drafts.ts';

/**
 * What is typed, in a tab of its own for each kind of message, so that nothing is ever sent as another kind.
 *
 *   typing ──(send)──▶ submitting ──▶ stored by the core: the field is emptied
 *      ▲                   └──▶ refused or unreachable: the text stays, and the field says that it was not sent
 *      ├──(the contact wrote meanwhile: the first press only says so, the second one sends)
 *      └──(somebody else answered meanwhile, as this desk or the relay knows: it is shown, and each press asks, until `acknowledge`)
 */
export type ComposeState = {
  readonly conversationId: string | null;
  readonly mode: DraftTab;
  readonly drafts: ShownDrafts;
  readonly isLoaded: boolean;
  /** Conversations of which a message is on its way to the core. */
  readonly submitting: ReadonlySet<string>;
  /** Why the last press of Send in this conversation did not send. */
  readonly refusal: string | null;
  /** How the thread stood when typing began, or when the person said that it was read. */
  readonly seen: ThreadMark;
  readonly present: ThreadMark;
  /** A press of Send was stopped by somebody else's answer, and the person has not said yet whether theirs goes out too. */
  readonly isAsked: boolean;
  /** An answer that the relay told of when it refused, until it arrives here. */
  readonly toldAnswer: Answer | null;
  /** `modes` are the tabs of the conversation, the usual one first; null while they are not known. */
  open(conversationId: string, modes: readonly DraftTab[] | null): Promise<void>;
  /** The core may have been another one meanwhile. */
  reload(): Promise<void>;
  close(): Promise<void>;
  setMode(mode: DraftTab): void;
  /** Chooses the tab of a conversation, open or not. */
  showTab(conversationId: string, mode: DraftTab): void;
  /** Into the present tab. */
  setText(text: string): void;
  /** Puts the text of a failed message before what is typed in its tab. */
  giveBack(conversationId: string, mode: DraftTab, text: string): Promise<void>;
  noteThread(messages: readonly Message[], personId: string | null): void;
  /** The person has read what came meanwhile: the next press of Send sends. */
  acknowledge(): void;
  /** Theirs does not go out now; the next press of Send asks again. */
  keepUnsent(): void;
  /** `commentId` is the id of the comment that a private reply answers. */
  submit(target: { readonly commentId: string | null }): Promise<Submitted>;
  told(draft: EventPayload<'draft'>): void;
  flush(): Promise<void>;
};

/** `stopped`: the field shows what came meanwhile; `refused`: nothing was sent, and why. */
export type Submitted =
  | { readonly kind: 'sent' }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'refused'; readonly reason: string };

const unsaid = { text: '', isSaved: true };
const noDrafts: ShownDrafts = { reply: unsaid, private_reply: unsaid, note: unsaid };

export function createComposeStore(client: CoreClient) {
  /** One id for one text of one tab, until there is an answer: sent again after a broken channel, the core recognises the same message. */
  const attempts = new Map<string, { readonly body: string; readonly id: string }>();
  /** The tab that was chosen in each conversation. */
  const chosen = new Map<string, DraftTab>();
  /** Of each conversation, until something else is typed there or the words are gone. */
  const refusals = new Map<string, string>();

  return createStore<ComposeState>()((set, get) => {
    const drafts = keepDrafts(client, (conversationId) => {
      const shown = drafts.shown(conversationId);
      // Words that are gone from their field were sent, or given up: written again, they are another message.
      for (const tab of draftTabSchema.options) {
        const place = placeOf(conversationId, tab);
        const attempt = attempts.get(place);
        if (attempt === undefined || attempt.body === shown[tab].text) continue;
        attempts.delete(place);
        // The core had taken them, although nobody heard its answer.
        refuse(conversationId, null);
      }
      if (get().conversationId === conversationId) set({ drafts: shown });
    });
    const refuse = (conversationId: string, reason: string | null): void => {
      if (reason === null) refusals.delete(conversationId);
      else refusals.set(conversationId, reason);
      if (get().conversationId === conversationId) set({ refusal: reason });
    };
    const attemptId = (place: string, body: string): string => {
      const known = attempts.get(place);
      if (known?.body === body) return known.id;
      const id = newId();
      attempts.set(place, { body, id });
      return id;
    };

    const deliver = (
      mode: DraftTab,
      message: MethodInput<'note.add'>,
      seenMessageId: string | undefined,
      commentId: string | null,
    ) => {
      switch (mode) {
        case 'note':
          return client.call('note.add', message);
        case 'private_reply':
          return client.call('comment.private_reply', { ...message, seenMessageId, commentId: commentId ?? '' });
        case 'reply':
          return client.call('reply.send', { ...message, seenMessageId });
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
      isAsked: false,
      toldAnswer: null,

      open: async (conversationId, modes) => {
        if (get().conversationId === conversationId) return;
        set({
          conversationId,
          mode: chosen.get(conversationId) ?? modes?.[0] ?? 'reply',
          drafts: drafts.shown(conversationId),
          isLoaded: false,
          refusal: refusals.get(conversationId) ?? null,
          seen: emptyMark,
          present: emptyMark,
          isAsked: false,
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
        refuse(conversationId, null);
        if (get().conversationId === conversationId) set({ mode });
      },

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

      noteThread: (messages, personId) => {
        const { toldAnswer, present } = get();
        const isAwaited = toldAnswer !== null && !messages.some(({ id }) => id === toldAnswer.messageId);
        const mark = markOf(messages, personId);
        const next = isAwaited ? withAnswer(mark, toldAnswer) : mark;
        const isSeen = present.newestId === null || hasNothingToSend(get());
        set({
          present: next,
          toldAnswer: isAwaited ? toldAnswer : null,
          ...(isSeen ? { seen: next, isAsked: false } : {}),
        });
      },

      acknowledge: () => set({ seen: get().present, isAsked: false }),

      keepUnsent: () => set({ isAsked: false }),

      submit: async ({ commentId }) => {
        const { conversationId, mode, seen } = get();
        const body = typed(get());
        if (conversationId === null || isSubmitting(get()) || body.trim() === '') return { kind: 'stopped' };
        const interruption = interruptionOf(get());
        if (interruption !== null) {
          if (interruption.kind === 'wrote_again') get().acknowledge();
          else set({ isAsked: true });
          return { kind: 'stopped' };
        }
        set({ submitting: new Set([...get().submitting, conversationId]) });
        refuse(conversationId, null);
        try {
          const isInDoubt = drafts.isInDoubt(conversationId, mode);
          // The last keys reach the core first, so that it knows which draft is sent.
          await drafts.save();
          if (isInDoubt && drafts.shown(conversationId)[mode].text !== body) {
            refuse(conversationId, text.composer.partWasSent);
            return { kind: 'refused', reason: text.composer.partWasSent };
          }
          const place = placeOf(conversationId, mode);
          const clientMessageId = attemptId(place, body);
          const draftRev = drafts.revOf(conversationId, mode);
          const message = { conversationId, clientMessageId, text: body, draftRev };
          const outcome = await deliver(mode, message, seen.newestId ?? undefined, commentId);
          if (attempts.get(place)?.id === clientMessageId) attempts.delete(place);
          if (outcome.ok) {
            await drafts.sent(conversationId, mode, body);
            return { kind: 'sent' };
          }
          const { answer } = outcome.refusal;
          if (answer === undefined || get().conversationId !== conversationId) {
            const reason = sentence(outcome.refusal);
            refuse(conversationId, reason);
            return { kind: 'refused', reason };
          }
          // The relay knows of an answer that may not have arrived here yet: it is shown as if it had, and sending again names it as seen.
          set({ toldAnswer: answer, present: withAnswer(get().present, answer), isAsked: true });
          return { kind: 'stopped' };
        } catch {
          drafts.perhapsSent(conversationId, mode, body);
          refuse(conversationId, text.composer.notHandedOver);
          return { kind: 'refused', reason: text.composer.notHandedOver };
        } finally {
          set({ submitting: new Set([...get().submitting].filter((id) => id !== conversationId)) });
        }
      },

      told: drafts.told,
      flush: drafts.save,
    };
  });
}

const placeOf = (conversationId: string, mode: DraftTab): string => `${conversationId} ${mode}`;

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
