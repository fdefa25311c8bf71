import { Clock, LoaderCircle, TriangleAlert } from 'lucide-react';
import type { OutboxItem } from '../../contract/views.ts';
import { useWhyNot } from '../composer/use-why-not.ts';
import { useDesk } from '../desk-context.tsx';
import { hasVisibleText } from '../display/visible-text.ts';
import { Button } from '../parts/button.tsx';
import { NewerAnswer } from '../parts/newer-answer.tsx';
import { sentence } from '../text/sentence.ts';
import { text } from '../text/spoken.ts';
import { CopyText } from './copy-text.tsx';
import { Discard } from './discard.tsx';
import css from './outbox-bubble.module.css';
import under from './under-bubble.module.css';
import { useOneAtATime } from './use-one-at-a-time.ts';
import { useSay } from './use-say.ts';
import { useThreadFacts } from './writer.ts';

const signs = { queued: Clock, sending: LoaderCircle, held: TriangleAlert };

/** Something this desk stored and the relay has not accepted yet: shown as not sent, because it is not. */
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
      <div className={state === 'held' ? `${under.card} ${under.urgent} ${css.trouble}` : css.foot}>
        <div className={css.words}>
          <Sign size={13} aria-hidden="true" />
          <div>
            <span className={css.fate}>{text.thread.outbox[state]}</span>
            {refusal === null || answer !== undefined ? null : <span className={css.reason}>{sentence(refusal)}</span>}
            {answer === undefined ? null : <NewerAnswer answer={answer} channel={channel} isAsked />}
          </div>
        </div>
        <div className={css.actions}>
          {/* The relay refuses an id that it has for another text, however often it is sent. */}
          {state === 'held' && refusal?.code !== 'id_reused' ? (
            <SendAgain item={item} seenMessageId={answer?.messageId} />
          ) : null}
          {state === 'sending' ? null : <Edit item={item} />}
          {state === 'held' ? <CopyText words={item.text} /> : null}
          {state === 'sending' ? null : <Discard item={item} />}
        </div>
      </div>
    </article>
  );
}

/** Checked again when pressed; disabled while it is known that it cannot be sent. */
function SendAgain({ item, seenMessageId }: { readonly item: OutboxItem; readonly seenMessageId: string | undefined }) {
  const { client } = useDesk();
  const { notReached } = useSay();
  const { isUnderWay, once } = useOneAtATime();
  const whyNot = useWhyNot(item.kind, 'sending');
  const { clientMessageId } = item;
  const send = () => client.call('outbox.retry', { clientMessageId, seenMessageId }).then(() => undefined, notReached);
  return (
    <Button disabled={whyNot !== null || isUnderWay} title={whyNot ?? undefined} onClick={() => once(send)}>
      {seenMessageId === undefined ? text.thread.sendAgain : text.newerAnswer.sendToo}
    </Button>
  );
}

function Edit({ item }: { readonly item: OutboxItem }) {
  const { client, compose, view, focus } = useDesk();
  const { say, notReached } = useSay();
  const { isUnderWay, once } = useOneAtATime();
  const whyNot = useWhyNot(item.kind, 'typing');
  const { clientMessageId, conversationId } = item;
  const edit = async () => {
    compose.getState().showTab(conversationId, item.kind);
    try {
      const { isWithdrawn } = await client.call('outbox.withdraw', { clientMessageId, keep: true });
      if (!isWithdrawn) say(() => text.thread.onTheWay);
      // Somebody who has moved on meanwhile is not pulled back.
      else if (view.getState().openId === conversationId) focus.focus('composer');
    } catch {
      notReached();
    }
  };
  return (
    <Button
      look={item.state === 'held' ? 'plain' : 'quiet'}
      disabled={isUnderWay || whyNot !== null}
      title={whyNot ?? undefined}
      onClick={() => once(edit)}
    >
      {text.thread.edit}
    </Button>
  );
}
