import { Clock, LoaderCircle, TriangleAlert } from 'lucide-react';
import type { OutboxItem } from '../../contract/views.ts';
import { useDesk } from '../desk-context.tsx';
import { Button } from '../parts/button.tsx';
import { text } from '../text/en.ts';
import css from './outbox-bubble.module.css';

const signs = { queued: Clock, sending: LoaderCircle, held: TriangleAlert };

/** Something this desk stored and the relay has not taken yet: shown as not sent, because it is not. */
export function OutboxBubble({ item }: { readonly item: OutboxItem }) {
  const { thread, compose, view } = useDesk();
  const { clientMessageId, state, refusal } = item;
  const Sign = signs[state];
  const retry = () =>
    thread
      .getState()
      .retry(clientMessageId)
      .catch(() => view.getState().say({ text: text.notice.notReached }));
  const edit = async () => {
    try {
      const words = await thread.getState().withdraw(clientMessageId);
      if (words === null) view.getState().say({ text: text.thread.onTheWay });
      else compose.getState().giveBack(words);
    } catch {
      view.getState().say({ text: text.notice.notReached });
    }
  };
  return (
    <article className={css.item} data-testid={`outbox-${clientMessageId}`} data-state={state}>
      <p
        className={`${css.bubble} ${item.kind === 'note' ? css.note : ''} ${state === 'held' ? css.held : ''}`}
        dir="auto"
      >
        {item.text}
      </p>
      <div className={state === 'held' ? css.trouble : css.foot}>
        <span className={css.words}>
          <Sign size={13} aria-hidden="true" />
          <span>
            {text.thread.outbox[state]}
            {refusal === null ? null : <span className={css.reason}>{refusal.detail}</span>}
          </span>
        </span>
        <span className={css.actions}>
          {state === 'held' ? <Button onClick={() => void retry()}>{text.thread.retry}</Button> : null}
          {state === 'sending' ? null : (
            <Button look={state === 'held' ? 'plain' : 'quiet'} onClick={() => void edit()}>
              {text.thread.edit}
            </Button>
          )}
        </span>
      </div>
    </article>
  );
}
