import type { Refusal } from '@transom/shared';
import { hasVisibleText } from '../desk/visible-text.ts';
import { moment } from '../desk/when.ts';
import { useClock } from '../desk-context.tsx';
import { text } from '../text/en.ts';
import css from './answered-meanwhile.module.css';
import { useThreadFacts } from './writer.ts';

/** The answer that somebody else gave first: read it before sending a second one. */
export function AnsweredMeanwhile({ answer }: { readonly answer: NonNullable<Refusal['answer']> }) {
  const { channel } = useThreadFacts();
  const at = useClock(({ now }) => moment(answer.sentAt, now));
  return (
    <div className={css.answer} data-testid="held-answer">
      <p>
        {answer.by === null
          ? text.thread.answeredElsewhere(text.channel[channel], at)
          : text.thread.answeredMeanwhile(answer.by, at)}
      </p>
      <blockquote className={css.words} dir="auto">
        {hasVisibleText(answer.text) ? answer.text : text.thread.noVisibleText}
      </blockquote>
    </div>
  );
}
