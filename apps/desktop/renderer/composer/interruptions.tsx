import { Info } from 'lucide-react';
import { useShallow } from 'zustand/react/shallow';
import type { Row } from '../../contract/views.ts';
import { useCompose, useDesk, useSession } from '../desk-context.tsx';
import { shortName, whoIs } from '../display/contact-name.ts';
import type { Answer } from '../display/interruption.ts';
import { useFocusTarget } from '../focus/use-focus-target.ts';
import { Button } from '../parts/button.tsx';
import { NewerAnswer } from '../parts/newer-answer.tsx';
import { interruptionOf, isSubmitting } from '../stores/compose-state.ts';
import { sentence } from '../text/sentence.ts';
import { text } from '../text/spoken.ts';
import css from './composer-bar.module.css';
import { useWhyNot } from './use-why-not.ts';

type InterruptionsProps = {
  readonly row: Row;
  /** Sends although somebody else has answered. */
  readonly onInsist: () => void;
  /** The person lets that answer stand; the text stays. */
  readonly onKeep: () => void;
};

/** What happened while somebody typed, and what stopped the last press of Send. */
export function Interruptions({ row, onInsist, onKeep }: InterruptionsProps) {
  const interruption = useCompose(useShallow(interruptionOf));
  const refusal = useCompose((state) => state.refusal);
  const trouble = useSession((state) => state.accountOf(row.accountId)?.trouble ?? null);
  return (
    <div role="alert">
      {trouble === null ? null : <Notice tone="amber" words={sentence(trouble)} testId="account-trouble" />}
      {interruption?.kind === 'wrote_again' ? (
        <Notice tone="amber" words={text.composer.wroteAgain(shortName(whoIs(row)))} testId="wrote-again" />
      ) : null}
      {interruption?.kind === 'answered' ? (
        <Answered answer={interruption.answer} row={row} onInsist={onInsist} onKeep={onKeep} />
      ) : null}
      {refusal === null ? null : <Notice tone="red" words={text.composer.notSent(refusal())} testId="send-refusal" />}
    </div>
  );
}

type NoticeProps = { readonly tone: 'amber' | 'red'; readonly words: string; readonly testId: string };

function Notice({ tone, words, testId }: NoticeProps) {
  return (
    <p className={`${css.bar} ${css[tone]}`} data-testid={testId}>
      <Info size={15} aria-hidden="true" />
      <span>{words}</span>
    </p>
  );
}

type AnsweredProps = Pick<InterruptionsProps, 'row' | 'onInsist' | 'onKeep'> & { readonly answer: Answer };

/** Somebody else answered this person: the answer itself and, after a press of Send, a question whose easy answer is no. */
function Answered({ answer, row, onInsist, onKeep }: AnsweredProps) {
  const { compose } = useDesk();
  const keepUnsent = useFocusTarget('keep-unsent');
  const isUnderWay = useCompose(isSubmitting);
  const isAsked = useCompose((state) => state.isAsked);
  const mode = useCompose((state) => state.mode);
  // The colleague who answered may still hold the conversation.
  const whyNot = useWhyNot(mode, 'sending');
  return (
    <div className={`${css.bar} ${css.amber} ${css.question}`} data-testid="answered-meanwhile">
      <Info size={15} aria-hidden="true" />
      <NewerAnswer answer={answer} channel={row.channel} isAsked={isAsked} />
      {isAsked ? (
        <span className={css.choice}>
          <Button ref={keepUnsent} onClick={onKeep} data-testid="keep-unsent">
            {text.newerAnswer.keepUnsent}
          </Button>
          <Button
            look="quiet"
            disabled={isUnderWay || whyNot !== null}
            title={whyNot ?? undefined}
            data-testid="send-too"
            onClick={() => {
              compose.getState().acknowledge();
              onInsist();
            }}
          >
            {text.newerAnswer.sendToo}
          </Button>
        </span>
      ) : null}
    </div>
  );
}
