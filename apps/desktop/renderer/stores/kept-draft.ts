import type { EventPayload } from '../../contract/contract.ts';
import { joinedWords } from '../../contract/joined-words.ts';
import type { DraftTab } from '../../contract/views.ts';

/** A draft as this window shows it, and whether the core has it. */
export type ShownDraft = { readonly text: string; readonly isSaved: boolean };
export type ShownDrafts = Readonly<Record<DraftTab, ShownDraft>>;
export type Draft = EventPayload<'draft'>['draft'];
/**
 * `stored` is what the core had at `rev`; null until that is known. `asked`: texts that the core was asked to store without an answer yet;
 * if it turns out to have one of them, that is not another window's. `told`: an announcement of the draft that came meanwhile, usually the
 * echo of our own save, which must not bring back what was deleted since. `perhapsSent`: words that Send gave to the core, which has not
 * answered.
 */
export type Kept = {
  text: string;
  rev: number;
  stored: string | null;
  asked: string[];
  told: Draft | null;
  perhapsSent: string | null;
};

export const emptyDraft = (): Kept => ({
  text: '',
  rev: 0,
  stored: null,
  asked: [],
  told: null,
  perhapsSent: null,
});

export const isUnsaved = ({ text, stored }: Kept): boolean => text !== (stored ?? '');
export const shownOf = (draft: Kept): ShownDraft => ({ text: draft.text, isSaved: !isUnsaved(draft) });

/** Takes the core's draft, or joins it with what was typed over a different one. */
export function hear(draft: Kept, current: Draft): void {
  const { perhapsSent } = draft;
  draft.perhapsSent = null;
  if (!isUnsaved(draft)) draft.text = current.text;
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
}

/** Takes an announced draft if nothing here is unsaved; unsaved keys are joined with it when they are saved. */
export function adoptAnnounced(draft: Kept, told: Draft): void {
  if (draft.stored !== null && told.rev > draft.rev && draft.text === draft.stored) hear(draft, told);
}
