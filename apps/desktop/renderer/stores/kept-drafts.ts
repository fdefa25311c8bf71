import type { EventPayload } from '../../contract/contract.ts';
import { joinedWords } from '../../contract/joined-words.ts';
import { type DraftTab, draftTabSchema } from '../../contract/views.ts';
import type { CoreClient } from '../core-client.ts';

/**
 * The drafts of this window: one per conversation and tab, on disk half a second after the last key.
 *
 *   typed ──(half a second, another conversation, the window goes away)──▶ stored, with the number of the draft that it was typed over
 *                    └──(another window stored one meanwhile)──▶ both texts are kept, one under the other, and stored
 *
 * What is loaded or told later never replaces what was typed: only a text without unsaved keys follows the core's.
 */
type ShownDraft = { readonly text: string; readonly isSaved: boolean };
export type ShownDrafts = Readonly<Record<DraftTab, ShownDraft>>;

const saveAfterMs = 500;
const tabs = draftTabSchema.options;
type Draft = EventPayload<'draft'>['draft'];
/**
 * `stored` is what the core had at `rev`; null until it has said so. `asked` are texts that the core was asked to store and did not
 * answer about yet: it may have one, and that is not another window's then. `told` is what was said of the draft meanwhile: most often
 * the echo of that, which must not bring back what was deleted since. `perhapsSent`: words that Send gave to the core, which has not
 * answered.
 */
type Kept = {
  text: string;
  rev: number;
  stored: string | null;
  asked: string[];
  told: Draft | null;
  perhapsSent: string | null;
};

export function keepDrafts(client: CoreClient, onChange: (conversationId: string) => void) {
  const kept = new Map<string, Record<DraftTab, Kept>>();
  let openId: string | null = null;
  let timer: ReturnType<typeof setTimeout> | null = null;
  let saving: Promise<void> = Promise.resolve();

  const draftsOf = (conversationId: string): Record<DraftTab, Kept> => {
    const known = kept.get(conversationId);
    if (known !== undefined) return known;
    const empty = (): Kept => ({
      text: '',
      rev: 0,
      stored: null,
      asked: [],
      told: null,
      perhapsSent: null,
    });
    const drafts = { reply: empty(), private_reply: empty(), note: empty() };
    kept.set(conversationId, drafts);
    return drafts;
  };

  /** The core's draft is known: it is taken, or put together with what was typed over another one. */
  const hear = (draft: Kept, current: Draft): void => {
    const isUntouched = draft.text === (draft.stored ?? '');
    const { perhapsSent } = draft;
    draft.perhapsSent = null;
    if (isUntouched) draft.text = current.text;
    else if (
      perhapsSent !== null &&
      current.text === '' &&
      current.rev !== draft.rev &&
      draft.text.startsWith(perhapsSent)
    )
      // The core has emptied the draft because it has the message: only what was typed after it is new.
      draft.text = draft.text.slice(perhapsSent.length).trimStart();
    else if (current.rev !== draft.rev && !draft.asked.includes(current.text))
      draft.text = joinedWords(current.text, draft.text);
    draft.stored = current.text;
    draft.rev = current.rev;
    draft.asked = [];
  };

  /** Unsaved keys are put together with it when they are saved. */
  const hearOfOthers = (draft: Kept, told: Draft): void => {
    if (draft.stored !== null && told.rev > draft.rev && draft.text === draft.stored) hear(draft, told);
  };

  const saveOne = async (conversationId: string, tab: DraftTab, draft: Kept): Promise<void> => {
    while (draft.stored !== null && draft.text !== draft.stored) {
      const { text, rev } = draft;
      draft.asked.push(text);
      const answer = await client.call('draft.put', { conversationId, tab, text, baseRev: rev });
      if (answer.isStored) {
        draft.rev = answer.current.rev;
        draft.stored = text;
        draft.asked = [];
      } else hear(draft, answer.current);
      if (draft.told !== null) hearOfOthers(draft, draft.told);
      draft.told = null;
      onChange(conversationId);
    }
  };

  /** One at a time, so that each is typed over the one before. What the core does not take stays unsaved and is tried again. */
  const saveAll = async (): Promise<void> => {
    for (const [conversationId, drafts] of kept) {
      // One that is not taken must not keep the others from the disk.
      for (const tab of tabs) await saveOne(conversationId, tab, drafts[tab]).catch(() => undefined);
      const isUnsaved = tabs.some((tab) => drafts[tab].text !== (drafts[tab].stored ?? ''));
      if (conversationId !== openId && !isUnsaved) kept.delete(conversationId);
    }
  };
  const save = (): Promise<void> => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    // Without the core it stays unsaved, the field says so, and the next key or the next channel tries again.
    saving = saving.then(saveAll);
    return saving;
  };

  /** Resolves when the core's drafts are here, or cannot be had now. */
  const load = async (conversationId: string): Promise<void> => {
    const drafts = draftsOf(conversationId);
    const loaded = await client.call('draft.get', { conversationId }).catch(() => null);
    if (loaded === null) return;
    for (const tab of tabs) hear(drafts[tab], loaded.drafts[tab]);
    onChange(conversationId);
    await save();
  };

  return {
    shown(conversationId: string): ShownDrafts {
      const drafts = draftsOf(conversationId);
      const show = ({ text, stored }: Kept): ShownDraft => ({ text, isSaved: text === (stored ?? '') });
      return { reply: show(drafts.reply), private_reply: show(drafts.private_reply), note: show(drafts.note) };
    },
    async open(conversationId: string): Promise<void> {
      openId = conversationId;
      draftsOf(conversationId);
      await save();
      await load(conversationId);
    },
    /** Puts words before what is typed in a tab, also of a conversation that is not open. */
    async giveBack(conversationId: string, tab: DraftTab, words: string): Promise<void> {
      const draft = draftsOf(conversationId)[tab];
      draft.text = joinedWords(words, draft.text);
      onChange(conversationId);
      await (draft.stored === null ? load(conversationId) : save());
    },
    /** The number of the draft that stands in the field, if the core has exactly this one. */
    revOf(conversationId: string, tab: DraftTab): number | undefined {
      const { text, stored, rev } = draftsOf(conversationId)[tab];
      return text === stored ? rev : undefined;
    },
    /** The core was given these words to send, and it is not known whether it took them. */
    perhapsSent(conversationId: string, tab: DraftTab, words: string): void {
      draftsOf(conversationId)[tab].perhapsSent = words;
    },
    /** Whether a part of what stands there may have been sent: once that is known, it is taken out. */
    isInDoubt: (conversationId: string, tab: DraftTab): boolean => draftsOf(conversationId)[tab].perhapsSent !== null,
    /** These words were sent: they are no longer a draft, unless something else stands there by now. */
    async sent(conversationId: string, tab: DraftTab, words: string): Promise<void> {
      const draft = draftsOf(conversationId)[tab];
      if (draft.text === words) draft.text = '';
      onChange(conversationId);
      await save();
    },
    type(conversationId: string, tab: DraftTab, text: string): void {
      draftsOf(conversationId)[tab].text = text;
      if (timer !== null) clearTimeout(timer);
      timer = setTimeout(() => void save(), saveAfterMs);
      onChange(conversationId);
    },
    /** Another window typed here, or the core has emptied a draft that was sent. */
    told({ conversationId, tab, draft }: EventPayload<'draft'>): void {
      const known = kept.get(conversationId)?.[tab];
      if (known === undefined) return;
      if (known.asked.length > 0) known.told = draft;
      else hearOfOthers(known, draft);
      onChange(conversationId);
    },
    close(): Promise<void> {
      openId = null;
      return save();
    },
    save,
  };
}
