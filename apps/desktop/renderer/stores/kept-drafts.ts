import type { EventPayload } from '../../contract/contract.ts';
import { joinedWords } from '../../contract/joined-words.ts';
import { type DraftTab, draftTabSchema } from '../../contract/views.ts';
import type { CoreClient } from '../core-client.ts';
import { createDraftSaving, type DraftTable } from './draft-saving.ts';
import { adoptAnnounced, emptyDraft, hear, type Kept, type ShownDrafts, shownOf } from './kept-draft.ts';

/**
 * The drafts of this window: one per conversation and tab, on disk half a second after the last key.
 *
 *   typed ──(half a second, another conversation, the window goes away)──▶ stored, with the number of the draft that it was typed over
 *                    └──(another window stored one meanwhile)──▶ both texts are kept, one under the other, and stored
 *
 * What is loaded or announced later never replaces what was typed: only a text without unsaved keys follows the core's.
 */
export type KeptDrafts = ReturnType<typeof keepDrafts>;

export function keepDrafts(client: CoreClient, onChange: (conversationId: string) => void) {
  const table: DraftTable = new Map();
  let openId: string | null = null;
  const { save, saveSoon } = createDraftSaving(client, table, (id) => id === openId, onChange);
  const draftOf = (conversationId: string, tab: DraftTab): Kept => draftsOf(table, conversationId)[tab];

  /** Resolves when the core's drafts are here, or cannot be loaded now. */
  const load = async (conversationId: string): Promise<void> => {
    const drafts = draftsOf(table, conversationId);
    const loaded = await client.call('draft.get', { conversationId }).catch(() => null);
    if (loaded === null) return;
    for (const tab of draftTabSchema.options) hear(drafts[tab], loaded.drafts[tab]);
    onChange(conversationId);
    await save();
  };

  return {
    save,
    shown: (conversationId: string): ShownDrafts => allShown(draftsOf(table, conversationId)),
    async open(conversationId: string): Promise<void> {
      openId = conversationId;
      draftsOf(table, conversationId);
      await save();
      await load(conversationId);
    },
    close(): Promise<void> {
      openId = null;
      return save();
    },
    type(conversationId: string, tab: DraftTab, text: string): void {
      draftOf(conversationId, tab).text = text;
      saveSoon();
      onChange(conversationId);
    },
    /** Puts words before what is typed in a tab, even of a conversation that is not open. */
    async giveBack(conversationId: string, tab: DraftTab, words: string): Promise<void> {
      const draft = draftOf(conversationId, tab);
      draft.text = joinedWords(words, draft.text);
      onChange(conversationId);
      await (draft.stored === null ? load(conversationId) : save());
    },
    /** The revision of the draft in the field, if the core has exactly this text. */
    revOf(conversationId: string, tab: DraftTab): number | undefined {
      const { text, stored, rev } = draftOf(conversationId, tab);
      return text === stored ? rev : undefined;
    },
    /** The core was given these words to send, and it is not known whether it took them. */
    perhapsSent(conversationId: string, tab: DraftTab, words: string): void {
      draftOf(conversationId, tab).perhapsSent = words;
    },
    /** Whether part of the text there may have been sent; once that is known, the part is removed. */
    isInDoubt: (conversationId: string, tab: DraftTab): boolean => draftOf(conversationId, tab).perhapsSent !== null,
    /** These words were sent: they are no longer a draft, unless the field has something else by now. */
    async sent(conversationId: string, tab: DraftTab, words: string): Promise<void> {
      const draft = draftOf(conversationId, tab);
      if (draft.text === words) draft.text = '';
      onChange(conversationId);
      await save();
    },
    /** Another window typed here, or the core has emptied a draft that was sent. */
    told({ conversationId, tab, draft }: EventPayload<'draft'>): void {
      const known = table.get(conversationId)?.[tab];
      if (known === undefined) return;
      if (known.asked.length > 0) known.told = draft;
      else adoptAnnounced(known, draft);
      onChange(conversationId);
    },
  };
}

function draftsOf(table: DraftTable, conversationId: string): Record<DraftTab, Kept> {
  const known = table.get(conversationId);
  if (known !== undefined) return known;
  const drafts = { reply: emptyDraft(), private_reply: emptyDraft(), note: emptyDraft() };
  table.set(conversationId, drafts);
  return drafts;
}

const allShown = ({ reply, private_reply, note }: Record<DraftTab, Kept>): ShownDrafts => ({
  reply: shownOf(reply),
  private_reply: shownOf(private_reply),
  note: shownOf(note),
});
