import { measureText, noteTextLimit, policyOf, rulesFor, type TextSize } from '@transom/shared';
import type { DraftTab, Row } from '../../contract/views.ts';
import { useCompose, useSession } from '../desk-context.tsx';
import { text } from '../text/spoken.ts';
import css from './composer.module.css';

/** How much of the text limit is used: the channel's, in the unit it counts in, or that of notes. */
export function useTextSize(row: Row, mode: DraftTab, words: string): TextSize {
  const account = useSession((state) => state.accountOf(row.accountId));
  return measureText(mode === 'note' ? noteTextLimit : policyOf(rulesFor(row, account)).text, words);
}

export function TextMeter({ size: { used, limit, fits } }: { readonly size: TextSize }) {
  return (
    <>
      <span className={fits ? css.meter : css.problem} data-testid="text-meter">
        {limit.unit === 'bytes' ? text.composer.bytes(used, limit.count) : text.composer.characters(used, limit.count)}
      </span>
      {fits ? null : <span className={css.problem}>{text.composer.tooLong}</span>}
    </>
  );
}

/** Whether what is typed would survive a power cut. */
export function DraftState({ mode }: { readonly mode: DraftTab }) {
  const isSaved = useCompose((state) => state.drafts[mode].isSaved);
  const isEmpty = useCompose((state) => state.drafts[mode].text === '');
  if (isEmpty) return <span className={css.draft} />;
  return (
    <span className={css.draft} data-testid="draft-state">
      {isSaved ? text.composer.draftSaved : text.composer.draftSaving}
    </span>
  );
}
