import { refuse } from '@transom/shared';
import type { MethodInput, MethodOutput } from '../contract/contract.ts';
import { joinedWords } from '../contract/joined-words.ts';
import { type DraftTab, draftTabSchema } from '../contract/views.ts';
import type { Store } from './cache/store.ts';
import type { Emit } from './desk.ts';

type Place = { readonly conversationId: string; readonly tab: DraftTab };
export type Drafts = ReturnType<typeof createDrafts>;

/** What is typed and not sent. However a draft changes, all windows show the same one. */
export function createDrafts(desk: {
  readonly store: Store;
  readonly emit: Emit;
  /** The relay's time, or the last one that it reported. */
  readonly now: () => number;
  readonly outboxChanged: () => void;
}) {
  const { store, emit } = desk;
  /** By place: the number of the draft that was last sent. Not kept between runs, because windows then read their drafts again. */
  const lastSent = new Map<string, number>();
  /** What conversations were merged into since the start: a window may still have keys for them. */
  const merged = new Map<string, string>();
  /** The words that moved there with them, by the place where they were typed. */
  const movedWords = new Map<string, string>();
  const placeOf = (conversationId: string, tab: DraftTab): string => `${tab} ${conversationId}`;

  function put(typed: MethodInput<'draft.put'>): MethodOutput<'draft.put'> {
    const { conversationId, tab, text } = typed;
    if (text.trim() === '' || !isOutOfReach(conversationId)) return write(typed);
    const into = merged.get(conversationId);
    if (into !== undefined && !isOutOfReach(into)) moveTyped(typed, into);
    else
      store.local.inOneCommit(() => {
        holdDraft({ conversationId, tab });
        holdTyped({ conversationId: into ?? conversationId, tab }, text);
      });
    return { isStored: true, current: store.local.draft(conversationId, tab) };
  }

  function write({ conversationId, tab, text, baseRev }: MethodInput<'draft.put'>): MethodOutput<'draft.put'> {
    const isStored = store.local.putDraft({ conversationId, tab }, isErased(conversationId) ? '' : text, baseRev);
    const current = store.local.draft(conversationId, tab);
    if (isStored) store.local.whenCommitted(() => emit('draft', { conversationId, tab, draft: current }));
    return { isStored, current };
  }

  /** A window that was still open must not bring back what was written to somebody who was erased. */
  function isErased(conversationId: string): boolean {
    return typeof store.conversations.read(conversationId)?.erasedAt === 'number';
  }

  /** Whether nobody could see a draft of this conversation, because the relay does not have it. False while the cache is being filled. */
  function isOutOfReach(conversationId: string): boolean {
    return store.feed.cursor() !== null && store.conversations.read(conversationId) === null;
  }

  /** People see them in the outbox: as a draft nobody would find them, and no erasure would name them. */
  function hold({ conversationId, tab }: Place, words: string): void {
    store.outbox.addHeld({ conversationId, tab, text: words, createdAt: desk.now() || Date.now() }, outOfReach);
    store.local.whenCommitted(desk.outboxChanged);
  }

  /** The same words with more keys typed are one text: the longer one stays. */
  function holdTyped({ conversationId, tab }: Place, words: string): void {
    const held = store.outbox
      .list()
      .filter((item) => item.conversationId === conversationId && item.state === 'held')
      .filter(({ refusal }) => refusal?.reason === outOfReach.reason)
      .flatMap(({ commandId, words: held }) => (held?.tab === tab ? { commandId, text: held.text } : []))
      .find(({ text }) => words.startsWith(text) || text.startsWith(words.trimEnd()));
    if (held === undefined) return hold({ conversationId, tab }, words);
    if (words.length <= held.text.length) return;
    store.outbox.lengthen(held.commandId, words);
    store.local.whenCommitted(desk.outboxChanged);
  }

  function holdDraft({ conversationId, tab }: Place): void {
    const { text, rev } = store.local.draft(conversationId, tab);
    if (text === '') return;
    holdTyped({ conversationId, tab }, text);
    write({ conversationId, tab, text: '', baseRev: rev });
  }

  /**
   * A window still had keys for a conversation that was merged into `into`: they follow the words before them. If those were sent or
   * changed since, only what is new follows.
   */
  function moveTyped({ conversationId, tab, text }: MethodInput<'draft.put'>, into: string): void {
    const place = placeOf(conversationId, tab);
    const before = movedWords.get(place) ?? '';
    const { text: there, rev } = store.local.draft(into, tab);
    const isThere = before !== '' && there.startsWith(before);
    const added = before !== '' && text.startsWith(before) ? text.slice(before.length).trimStart() : text;
    const both = isThere ? text + there.slice(before.length) : joinedWords(added, there);
    if (both !== there) write({ conversationId: into, tab, text: both, baseRev: rev });
    movedWords.set(place, isErased(into) ? '' : text);
  }

  function putBefore({ conversationId, tab }: Place, words: string): void {
    const { text, rev } = store.local.draft(conversationId, tab);
    write({ conversationId, tab, text: joinedWords(words, text), baseRev: rev });
  }

  return {
    of(conversationId: string): MethodOutput<'draft.get'>['drafts'] {
      const draft = (tab: DraftTab) => store.local.draft(conversationId, tab);
      return { reply: draft('reply'), private_reply: draft('private_reply'), note: draft('note') };
    },
    put,
    /** Puts the words of a message that was not sent before what is typed there. */
    giveBack: (place: Place, words: string): void =>
      (isOutOfReach(place.conversationId) ? hold : putBefore)(place, words),
    isOutOfReach,
    /** The draft is a message now. What another window typed meanwhile is kept; the last keys may not have reached the draft yet. */
    sent({ conversationId, tab }: Place, words: string): void {
      const { text, rev } = store.local.draft(conversationId, tab);
      if (text === '' || !words.trim().startsWith(text.trim())) return;
      write({ conversationId, tab, text: '', baseRev: rev });
      store.local.whenCommitted(() => lastSent.set(placeOf(conversationId, tab), rev));
    },
    /** Whether another window has sent the draft with this number. One that was only deleted does not count. */
    wasSentSince: ({ conversationId, tab }: Place, rev: number): boolean =>
      (lastSent.get(placeOf(conversationId, tab)) ?? -1) >= rev,
    /** `from` was merged into `into`, and what was written there moves with it. */
    move(from: string, into: string): void {
      store.local.inOneCommit(() => {
        for (const tab of draftTabSchema.options) {
          const { text, rev } = store.local.draft(from, tab);
          if (text === '') continue;
          putBefore({ conversationId: into, tab }, text);
          write({ conversationId: from, tab, text: '', baseRev: rev });
          movedWords.set(placeOf(from, tab), text);
        }
        store.outbox.move(from, into);
        store.local.moveWithdrawals(from, into);
        store.local.whenCommitted(desk.outboxChanged);
      });
      merged.set(from, into);
      for (const [earlier, place] of merged) if (place === from) merged.set(earlier, into);
    },
    /** Holds drafts of conversations that are gone. */
    holdOutOfReach(): void {
      const lost = store.feed.cursor() === null ? [] : store.local.draftsOutOfReach();
      if (lost.length === 0) return;
      store.local.inOneCommit(() => {
        for (const place of lost) holdDraft(place);
      });
    },
  };
}

const outOfReach = refuse('not_found.out_of_reach');
