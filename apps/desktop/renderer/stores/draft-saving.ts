import { type DraftTab, draftTabSchema } from '../../contract/views.ts';
import type { CoreClient } from '../core-client.ts';
import { adoptAnnounced, hear, isUnsaved, type Kept } from './kept-draft.ts';

const tabs = draftTabSchema.options;
const saveAfterMs = 500;

/** The drafts of all conversations that are open or have something unsaved. */
export type DraftTable = Map<string, Record<DraftTab, Kept>>;

/** Saves what is typed to the core's disk: now, or half a second after the last key. `onDone` is called after each answer of the core. */
export function createDraftSaving(
  client: CoreClient,
  table: DraftTable,
  isOpen: (conversationId: string) => boolean,
  onDone: (conversationId: string) => void,
) {
  let timer: ReturnType<typeof setTimeout> | null = null;
  let saving: Promise<void> = Promise.resolve();

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
      if (draft.told !== null) adoptAnnounced(draft, draft.told);
      draft.told = null;
      onDone(conversationId);
    }
  };
  /** One at a time, so that each is based on the one before. What the core does not take stays unsaved and is retried. */
  const saveAll = async (): Promise<void> => {
    for (const [conversationId, drafts] of table) {
      // One that fails must not keep the others from being saved.
      for (const tab of tabs) await saveOne(conversationId, tab, drafts[tab]).catch(() => undefined);
      if (!isOpen(conversationId) && !tabs.some((tab) => isUnsaved(drafts[tab]))) table.delete(conversationId);
    }
  };
  const stopTimer = () => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
  };
  /** Without the core, text stays unsaved, the field says so, and the next key or pipe retries. */
  const save = (): Promise<void> => {
    stopTimer();
    saving = saving.then(saveAll);
    return saving;
  };
  return {
    save,
    saveSoon(): void {
      stopTimer();
      timer = setTimeout(() => void save(), saveAfterMs);
    },
  };
}
