import { Clock, LoaderCircle, TriangleAlert } from 'lucide-react';
import type { OutboxItem } from '../../contract/views.ts';
import { hasVisibleText } from '../desk/visible-text.ts';
import { useDesk } from '../desk-context.tsx';
import { focusPane } from '../keyboard/panes.ts';
import { Button } from '../parts/button.tsx';
import { NewerAnswer } from '../parts/newer-answer.tsx';
import { text } from '../text/en.ts';
import css from './outbox-bubble.module.css';
import { useOneAtATime } from './use-one-at-a-time.ts';
import { useSay } from './use-say.ts';
import { useWhyNot } from './use-why-not.ts';
import { useThreadFacts } from './writer.ts';

const signs = { queued: Clock, sending: LoaderCircle, held: TriangleAlert };

/** Something this desk stored and the relay has not taken yet: shown as not sent, because it is not. */
export function OutboxBubble({ item }: { readonly item: OutboxItem }) {
  const { clientMessageId, state, refusal } = item;
  const answer = state === 'held' && refusal?.code === 'answered_meanwhile' ? refusal.answer : undefined;
  const { channel } = useThreadFacts();
  const Sign = signs[state];
  return (
    <article className={css.item} data-testid={`outbox-${clientMessageId}`} data-state={state}>
      <p
        className={`${css.bubble} ${item.kind === 'note' ? css.note : ''} ${state === 'held' ? css.held : ''}`}
        dir="auto"
      >
        {hasVisibleText(item.text) ? item.text : text.thread.noVisibleText}
      </p>
      <div className={state === 'held' ? css.trouble : css.foot}>
        <div className={css.words}>
          <Sign size={13} aria-hidden="true" />
          <div>
            <span className={css.fate}>{text.thread.outbox[state]}</span>
            {refusal === null || answer !== undefined ? null : <span className={css.reason}>{refusal.detail}</span>}
            {answer === undefined ? null : <NewerAnswer answer={answer} channel={channel} />}
          </div>
        </div>
        <div className={css.actions}>
          {state === 'held' ? <SendAgain item={item} seenMessageId={answer?.messageId} /> : null}
          {state === 'sending' ? null : <Edit item={item} />}
        </div>
      </div>
    </article>
  );
}

/** Checked anew when pressed; not offered where it is known that it cannot be sent now. */
function SendAgain({ item, seenMessageId }: { readonly item: OutboxItem; readonly seenMessageId: string | undefined }) {
  const { thread } = useDesk();
  const { notReached } = useSay();
  const whyNot = useWhyNot(item.kind, 'sending');
  const send = () => thread.getState().retry(item.clientMessageId, seenMessageId).catch(notReached);
  return (
    <Button disabled={whyNot !== null} title={whyNot ?? undefined} onClick={() => void send()}>
      {seenMessageId === undefined ? text.thread.retry : text.newerAnswer.sendToo}
    </Button>
  );
}

function Edit({ item }: { readonly item: OutboxItem }) {
  const { thread, compose } = useDesk();
  const { say, notReached } = useSay();
  const { isUnderWay, once } = useOneAtATime();
  const edit = async () => {
    compose.getState().showTab(item.conversationId, item.kind);
    try {
      if (await thread.getState().withdraw(item.clientMessageId)) focusPane('composer');
      else say(text.thread.onTheWay);
    } catch {
      notReached();
    }
  };
  return (
    <Button look={item.state === 'held' ? 'plain' : 'quiet'} disabled={isUnderWay} onClick={() => once(edit)}>
      {text.thread.edit}
    </Button>
  );
}
