import { measureText } from '@transom/shared';
import type { DraftTab, Row } from '../../contract/views.ts';
import { useCompose } from '../desk-context.tsx';
import { text } from '../text/en.ts';
import css from './composer.module.css';

type TextMeterProps = { readonly channel: Row['channel']; readonly words: string; readonly isTooLong: boolean };

/** How much of the channel's limit is used, in the unit in which the channel counts. */
export function TextMeter({ channel, words, isTooLong }: TextMeterProps) {
  if (channel === 'unknown') return null;
  const { used, limit } = measureText(channel, words);
  return (
    <>
      <span className={isTooLong ? css.problem : css.meter} data-testid="text-meter">
        {limit.unit === 'bytes' ? text.composer.bytes(used, limit.count) : text.composer.characters(used, limit.count)}
      </span>
      {isTooLong ? <span className={css.problem}>{text.composer.tooLong}</span> : null}
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
