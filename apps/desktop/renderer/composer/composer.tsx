import type { Row } from '../../contract/views.ts';
import { useCompose } from '../desk-context.tsx';
import { canSend, canType } from '../display/composer-state.ts';
import { useFocusPart } from '../focus/use-focus-target.ts';
import { isSubmitting, typed } from '../stores/compose-state.ts';
import { text } from '../text/spoken.ts';
import css from './composer.module.css';
import { ComposerBar } from './composer-bar.tsx';
import { Interruptions } from './interruptions.tsx';
import { ModeTabs } from './mode-tabs.tsx';
import { SendButton } from './send-button.tsx';
import { DraftState, TextMeter, useTextSize } from './text-meter.tsx';
import { useComposerState } from './use-composer-state.ts';
import { useSend } from './use-send.ts';
import { WritingField } from './writing-field.tsx';

/** Where answers are written. What it may do is one value of `composer-state.ts`; it never claims more than the core stored. */
export function Composer({ row }: { readonly row: Row }) {
  const part = useFocusPart('composer');
  const mode = useCompose((held) => held.mode);
  // Once the person is erased, what was typed for them is no longer shown, and the core does not keep it.
  const words = useCompose((held) => (row.erasedAt === null ? typed(held) : ''));
  const isLoaded = useCompose((held) => held.isLoaded);
  const isUnderWay = useCompose(isSubmitting);
  const state = useComposerState(row, mode);
  const size = useTextSize(row, mode, words);
  const maySend = canSend(state) && isLoaded && !isUnderWay && size.fits && words.trim() !== '';
  const { submit, keep } = useSend(row, state, maySend);
  return (
    <section
      ref={part}
      className={css.composer}
      aria-label={text.composer.label}
      data-mode={mode}
      data-testid="composer-box"
      data-state={state.kind}
    >
      <div className={css.box}>
        <ModeTabs row={row} mode={mode} />
        <ComposerBar state={state} row={row} hasWords={words !== ''} />
        <Interruptions row={row} onInsist={submit} onKeep={keep} />
        <WritingField
          row={row}
          mode={mode}
          words={words}
          isOpen={canType(state)}
          isUnderWay={isUnderWay}
          submit={submit}
        />
        <div className={css.foot}>
          <TextMeter size={size} />
          {row.erasedAt === null ? <DraftState mode={mode} /> : <span className={css.draft} />}
          <SendButton state={state} mode={mode} maySend={maySend} submit={submit} />
        </div>
      </div>
    </section>
  );
}
