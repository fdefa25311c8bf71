import { newId } from '@transom/shared';
import { createStore } from 'zustand/vanilla';
import type { CoreClient } from '../core-client.ts';
import type { ComposerMode } from '../desk/composer-state.ts';
import { text } from '../text/en.ts';

/**
 * What is typed. A reply is saved as a draft half a second after the last key, when another conversation is opened, and when
 * the window goes away; a note is kept in its own field, so that neither is ever sent as the other.
 *
 *   typing ──(send)──▶ submitting ──▶ stored by the core: the field is emptied
 *      ▲                   └──▶ refused or unreachable: the text stays, and the field says that it was not sent
 *      └──(the contact wrote meanwhile: the first press only says so, the second one sends)
 */
export type ComposeState = {
  readonly conversationId: string | null;
  readonly mode: ComposerMode;
  readonly reply: string;
  readonly note: string;
  readonly isLoaded: boolean;
  readonly isSubmitting: boolean;
  readonly isSaved: boolean;
  /** Why the last press of Send did not send. */
  readonly refusal: string | null;
  readonly newestInboundId: string | null;
  /** The newest message of the contact when typing began, or when the person said that it was read. */
  readonly readInboundId: string | null;
  open(conversationId: string, mode: ComposerMode): Promise<void>;
  setMode(mode: ComposerMode): void;
  setText(text: string): void;
  /** Puts the text of a withdrawn or failed message before what is typed. */
  giveBack(text: string): void;
  noteInbound(messageId: string | null): void;
  acknowledge(): void;
  /** `commentId` is the id of the comment that a private reply answers. */
  submit(target: { readonly commentId: string | null }): Promise<'sent' | 'held_back'>;
  flush(): Promise<void>;
};
const saveAfterMs = 500;

export function createComposeStore(client: CoreClient) {
  let saveTimer: ReturnType<typeof setTimeout> | null = null;
  /** One id for one text: pressed again after a broken channel, the core recognises the same message. */
  let attempt: { readonly key: string; readonly id: string } | null = null;
  const notes = new Map<string, string>();
  /** Drafts that the core did not take while it could not be reached, by conversation. */
  const unsaved = new Map<string, string>();

  return createStore<ComposeState>()((set, get) => {
    const save = async () => {
      if (saveTimer !== null) clearTimeout(saveTimer);
      saveTimer = null;
      const { conversationId, reply, isSaved } = get();
      if (conversationId !== null && !isSaved) unsaved.set(conversationId, reply);
      for (const [id, draft] of unsaved) {
        try {
          await client.call('draft.put', { conversationId: id, text: draft });
        } catch {
          return; // It stays unsaved, the field says so, and the next key or the next channel tries again.
        }
        if (unsaved.get(id) === draft) unsaved.delete(id);
        if (get().conversationId === id && get().reply === draft) set({ isSaved: true });
      }
    };
    const attemptId = (key: string): string => {
      if (attempt?.key !== key) attempt = { key, id: newId() };
      return attempt.id;
    };
    const typed = () => (get().mode === 'note' ? get().note : get().reply);

    const deliver = (conversationId: string, body: string, commentId: string | null) => {
      const clientMessageId = attemptId(JSON.stringify([conversationId, get().mode, body]));
      switch (get().mode) {
        case 'note':
          return client.call('note.add', { conversationId, clientMessageId, text: body });
        case 'private_reply':
          return client.call('comment.privateReply', {
            conversationId,
            commentId: commentId ?? '',
            clientMessageId,
            text: body,
          });
        case 'reply':
          return client.call('reply.send', { conversationId, clientMessageId, text: body });
      }
    };

    return {
      conversationId: null,
      mode: 'reply',
      reply: '',
      note: '',
      isLoaded: false,
      isSubmitting: false,
      isSaved: true,
      refusal: null,
      newestInboundId: null,
      readInboundId: null,

      open: async (conversationId, mode) => {
        if (get().conversationId === conversationId) return;
        const saved = save();
        set({
          conversationId,
          mode,
          reply: '',
          note: notes.get(conversationId) ?? '',
          isLoaded: false,
          isSubmitting: false,
          isSaved: true,
          refusal: null,
          newestInboundId: null,
          readInboundId: null,
        });
        await saved;
        const kept = unsaved.get(conversationId);
        const draft =
          kept === undefined
            ? await client.call('draft.get', { conversationId }).catch(() => ({ text: '' }))
            : { text: kept };
        if (get().conversationId !== conversationId) return;
        const isUntouched = get().reply === '' && get().isSaved;
        set(isUntouched ? { reply: draft.text, isLoaded: true } : { isLoaded: true });
      },

      setMode: (mode) => set({ mode, refusal: null }),

      setText: (value) => {
        const { mode, conversationId } = get();
        if (typed().trim() === '') set({ readInboundId: get().newestInboundId });
        if (mode === 'note') {
          if (conversationId !== null) notes.set(conversationId, value);
          set({ note: value, refusal: null });
          return;
        }
        set({ reply: value, isSaved: false, refusal: null });
        if (saveTimer !== null) clearTimeout(saveTimer);
        saveTimer = setTimeout(() => void save(), saveAfterMs);
      },

      giveBack: (value) => {
        if (get().mode === 'note') set({ mode: 'reply' });
        const { reply } = get();
        get().setText(reply.trim() === '' ? value : `${value}\n${reply}`);
      },

      noteInbound: (newestInboundId) => {
        const isFirst = get().newestInboundId === null;
        set(
          isFirst || typed().trim() === '' ? { newestInboundId, readInboundId: newestInboundId } : { newestInboundId },
        );
      },

      acknowledge: () => set({ readInboundId: get().newestInboundId }),

      submit: async ({ commentId }) => {
        const { conversationId, mode, isSubmitting } = get();
        const body = typed();
        if (conversationId === null || isSubmitting || body.trim() === '') return 'held_back';
        if (mode !== 'note' && wroteAgain(get())) {
          get().acknowledge();
          return 'held_back';
        }
        set({ isSubmitting: true, refusal: null });
        try {
          const outcome = await deliver(conversationId, body, commentId);
          const isStillHere = get().conversationId === conversationId;
          if (!outcome.ok) {
            if (isStillHere) set({ isSubmitting: false, refusal: outcome.refusal.detail });
            return 'held_back';
          }
          attempt = null;
          if (mode === 'note') notes.delete(conversationId);
          else if (!isStillHere) void client.call('draft.put', { conversationId, text: '' }).catch(() => undefined);
          if (!isStillHere) return 'sent';
          set(mode === 'note' ? { note: '', isSubmitting: false } : { reply: '', isSaved: false, isSubmitting: false });
          if (mode !== 'note') await save();
          return 'sent';
        } catch {
          if (get().conversationId === conversationId)
            set({ isSubmitting: false, refusal: text.composer.notHandedOver });
          return 'held_back';
        }
      },

      flush: save,
    };
  });
}

/** Whether the contact wrote after typing began and nobody said that it was read. */
export function wroteAgain(state: Pick<ComposeState, 'mode' | 'reply' | 'newestInboundId' | 'readInboundId'>): boolean {
  return state.mode !== 'note' && state.reply.trim() !== '' && state.newestInboundId !== state.readInboundId;
}
