import { Composer } from '../composer/composer.tsx';
import { useDesk, useThread, useView } from '../desk-context.tsx';
import { contactName, whoIs } from '../display/contact-name.ts';
import { useFocusPart } from '../focus/use-focus-target.ts';
import { Button } from '../parts/button.tsx';
import { text } from '../text/spoken.ts';
import { GoneThread } from './gone-thread.tsx';
import { NothingOpen } from './nothing-open.tsx';
import { ThreadHeader } from './thread-header.tsx';
import { ThreadLog } from './thread-log.tsx';
import css from './thread-pane.module.css';

export function ThreadPane() {
  const { open } = useDesk();
  const part = useFocusPart('thread');
  const openId = useView((state) => state.openId);
  const phase = useThread((state) => state.phase);
  const conversationId = useThread((state) => state.conversationId);
  const row = useThread((state) => state.row);
  if (openId === null) return <NothingOpen />;
  if (phase === 'failed') {
    return (
      <section className={css.center}>
        <p>{text.thread.failed}</p>
        <Button onClick={() => void open(openId)}>{text.thread.again}</Button>
      </section>
    );
  }
  // Not before all of it is read: half a thread would be misleading, and let somebody answer what they have not seen.
  if (phase !== 'ready' || row?.id !== openId) {
    if (phase === 'ready' && conversationId === openId) return <GoneThread />;
    return (
      <section className={css.center} aria-busy>
        <p className={css.late}>{text.thread.loading}</p>
      </section>
    );
  }
  return (
    <section
      ref={part}
      className={css.pane}
      data-testid="thread"
      aria-label={text.thread.label(contactName(whoIs(row)))}
    >
      <ThreadHeader row={row} />
      <ThreadLog key={row.id} row={row} />
      <Composer key={`composer-${row.id}`} row={row} />
    </section>
  );
}
