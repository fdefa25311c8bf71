import type { Row } from '../../contract/views.ts';
import { useClock } from '../desk-context.tsx';
import type { Answer } from '../display/interruption.ts';
import { hasVisibleText } from '../display/visible-text.ts';
import { momentAt } from '../display/when.ts';
import { text } from '../text/spoken.ts';
import css from './newer-answer.module.css';

type NewerAnswerProps = { readonly answer: Answer; readonly channel: Row['channel']; readonly isAsked: boolean };

/** The answer that somebody else gave first: read it before sending a second one. */
export function NewerAnswer({ answer, channel, isAsked }: NewerAnswerProps) {
  const at = useClock(({ now }) => momentAt(answer.sentAt, now));
  return (
    <div className={css.answer} data-testid="newer-answer">
      <p>
        {answer.by === null
          ? text.newerAnswer.elsewhere(text.channel(channel), at)
          : text.newerAnswer.by(answer.by, at)}
        {isAsked ? ` ${text.newerAnswer.question}` : null}
      </p>
      <blockquote className={css.words} dir="auto">
        {hasVisibleText(answer.text) ? answer.text : text.thread.noVisibleText}
      </blockquote>
    </div>
  );
}
