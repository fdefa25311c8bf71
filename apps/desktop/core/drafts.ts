import type { MethodInput, MethodOutput } from '../contract/contract.ts';
import { joinedWords } from '../contract/joined-words.ts';
import type { DraftTab } from '../contract/views.ts';
import type { Store } from './cache/store.ts';
import type { Emit } from './desk.ts';

type Place = { readonly conversationId: string; readonly tab: DraftTab };
export type Drafts = ReturnType<typeof createDrafts>;

/** What is typed and not sent. Whatever changes a draft, all windows show the same one. */
export function createDrafts(store: Store, emit: Emit) {
  function put({ conversationId, tab, text, baseRev }: MethodInput<'draft.put'>): MethodOutput<'draft.put'> {
    const isStored = store.local.putDraft({ conversationId, tab }, mayBeKept(conversationId) ? text : '', baseRev);
    const current = store.local.draft(conversationId, tab);
    if (isStored) store.local.whenCommitted(() => emit('draft', { conversationId, tab, draft: current }));
    return { isStored, current };
  }

  /** A window that was still open must not bring back what was written to somebody who was erased. */
  function mayBeKept(conversationId: string): boolean {
    const row = store.conversations.read(conversationId);
    // While the cache is filled anew nobody knows yet who is in it.
    if (row === null) return store.feed.cursor() === null;
    return row.erasedAt === null || row.erasedAt === undefined;
  }

  return {
    of(conversationId: string): MethodOutput<'draft.get'>['drafts'] {
      const draft = (tab: DraftTab) => store.local.draft(conversationId, tab);
      return { reply: draft('reply'), private_reply: draft('private_reply'), note: draft('note') };
    },
    put,
    /** Before what is typed there: words of a message that did not go out. */
    giveBack({ conversationId, tab }: Place, words: string): void {
      const { text, rev } = store.local.draft(conversationId, tab);
      put({ conversationId, tab, text: joinedWords(words, text), baseRev: rev });
    },
    /** The draft is a message now. What another window typed meanwhile is kept; the last keys may not have reached the draft yet. */
    sent({ conversationId, tab }: Place, words: string): void {
      const { text, rev } = store.local.draft(conversationId, tab);
      if (text !== '' && words.trim().startsWith(text.trim())) put({ conversationId, tab, text: '', baseRev: rev });
    },
    /** Whether the draft with this number has been sent since, by another window. */
    wasSentSince({ conversationId, tab }: Place, rev: number): boolean {
      const current = store.local.draft(conversationId, tab);
      return current.rev !== rev && current.text === '';
    },
  };
}
