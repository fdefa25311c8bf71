import type { OutboxItem } from '../../contract/views.ts';
import { useDesk, useThread } from '../desk-context.tsx';
import { Button } from '../parts/button.tsx';
import { sentence } from '../text/sentence.ts';
import { text } from '../text/spoken.ts';
import { CopyText } from './copy-text.tsx';
import css from './thread-pane.module.css';
import under from './under-bubble.module.css';
import { useOneAtATime } from './use-one-at-a-time.ts';
import { useSay } from './use-say.ts';

/** A conversation that is no longer here. Words that were written in it and not sent can still be copied. */
export function GoneThread() {
  const left = useThread((state) => state.outbox);
  return (
    <section className={css.center} data-testid="gone">
      <p className={css.late}>{text.thread.gone}</p>
      {left.map((item) => (
        <LeftWords key={item.clientMessageId} item={item} />
      ))}
    </section>
  );
}

function LeftWords({ item }: { readonly item: OutboxItem }) {
  const { client } = useDesk();
  const { notReached } = useSay();
  const { isUnderWay, once } = useOneAtATime();
  const { clientMessageId } = item;
  // There is no field here into which its words could be put back.
  const discard = () =>
    client.call('outbox.withdraw', { clientMessageId, keep: false }).then(() => undefined, notReached);
  return (
    <article className={under.card} data-testid={`outbox-${clientMessageId}`}>
      <p className={css.words} dir="auto">
        {item.text}
      </p>
      <p className={under.hint}>{item.refusal === null ? text.thread.outbox[item.state] : sentence(item.refusal)}</p>
      <div className={under.actions}>
        <CopyText words={item.text} />
        <Button look="quiet" disabled={isUnderWay} onClick={() => once(discard)}>
          {text.thread.discard}
        </Button>
      </div>
    </article>
  );
}
